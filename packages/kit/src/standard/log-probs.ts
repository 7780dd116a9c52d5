/** Log-probabilities of response tokens, and their sums. */
import type { PerCandidate, PerToken } from "../contract/axes.ts";
import { pick } from "../numerics/pick.ts";
import { sumTokens } from "../numerics/groups.ts";
import { derived, type ReadView } from "../requests/derived.ts";
import type { Request, Role } from "../requests/request.ts";
import { vocabulary } from "../requests/vocabulary.ts";
import { tf } from "../tensorflow.ts";

const tokenLogProbs = vocabulary<{ model: Role }>("token-log-prob", {
  models: ({ model }) => [model],
  gradient: true,
  reduce: (rows, { model }) => pick(rows.logProbs(model), rows.ids),
  closedForm: ({ model }) => ({ form: "log-prob", of: model }),
});
/** log π(y_t) of a model, in nats, [B, T]. */
export const tokenLogProb = (model: Role): Request<PerToken> => tokenLogProbs({ model });

/** ρ_t = log π(y_t) − log π_ref(y_t), [B, T]. */
export const logRatio = derived(
  "log-ratio",
  "B,T",
  { policy: tokenLogProb("policy"), reference: tokenLogProb("reference") },
  ({ read }) => tf.sub(read.policy, read.reference),
);

const sumOverResponse = ({ read, batch }: ReadView<{ tokens: Request<PerToken> }>): PerCandidate =>
  sumTokens(read.tokens, batch);
/** A token quantity summed over the response, [P, G]: per candidate, so that a coupled part may read it. */
export const sequenceSum = (tokens: Request<PerToken>): Request<PerCandidate> =>
  derived("sequence-sum", "P,G", { tokens }, sumOverResponse);
