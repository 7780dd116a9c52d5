/** Metrics that cost reductions over the vocabulary of their own: with `metrics: "full"` alone. */
import {
  entropy,
  forwardKl,
  requestKey,
  reverseKl,
  sumTokens,
  tf,
  vocabulary,
  type PerCandidate,
  type PerPrompt,
  type PerToken,
  type VocabularyRequest,
} from "@tokenwise/kit";
import type { RequestTable } from "../plan/requests.ts";
import type { Call } from "./call-parts.ts";

type Measure = VocabularyRequest<PerToken>;

/**
 * What is measured of the policy at every position that predicts a response token, [B, T]: entropy in nats, the mean of the logits, and 1
 * where the most probable token is the one that follows. Divergences in nats, where anything reads a reference.
 */
export type Measures = Readonly<Record<"entropy" | "logits" | "hit", Measure>> &
  Readonly<Partial<Record<"forwardKl" | "reverseKl", Measure>>>;

/** The same without a gradient, so that it never enters a backward pass. */
const constant = ({ name, models, define }: VocabularyRequest): Measure =>
  vocabulary(`metrics.${name}`, { ...define, models, gradient: false })(null as never);

const constants = new Map([entropy, forwardKl, reverseKl].map((request) => [request, constant(request)]));

const meanLogit = vocabulary("metrics.logits", {
  models: ["policy"],
  gradient: false,
  reduce: (rows) => tf.mean(rows.logits("policy"), 1),
})(null);

const hit = vocabulary("metrics.hit", {
  models: ["policy"],
  gradient: false,
  reduce: (rows) => tf.cast(tf.equal(tf.argMax(rows.logits("policy"), 1), tf.cast(rows.ids, "int32")), "float32"),
})(null);

/** What is to be measured beside the requests of a method, which are shared. */
export function measuresOf(requests: RequestTable, readsReference: boolean): Measures {
  const shared = (request: Measure): Measure => (requests.has(requestKey(request)) ? request : constants.get(request)!);
  return {
    entropy: shared(entropy),
    logits: meanLogit,
    hit,
    ...(readsReference && { forwardKl: shared(forwardKl), reverseKl: shared(reverseKl) }),
  };
}

/**
 * Over a micro-batch, as TRL logs them: `entropy` per response token, `logits/chosen` and `logits/rejected`, means over the
 * vocabulary and the tokens, and `mean_token_accuracy`, of the chosen responses. Beside them `entropy/chosen` and
 * `entropy/rejected` per token, and the divergences of responses as sums over their tokens, in nats: `forward_kl/chosen` and
 * `forward_kl/rejected`, KL(π_ref ‖ π), `reverse_kl/chosen` and `reverse_kl/rejected`, KL(π ‖ π_ref), exact at the prefixes.
 *
 * Chosen is the preferred candidate, rejected all others that exist.
 */
export function logFullMetrics(measures: Measures, { tally, batch, preferred, quantities }: Call): void {
  const lengths = sumTokens(batch.responseMask, batch);
  const sumsOf = (request: Measure): PerCandidate => sumTokens(quantities.get(requestKey(request)) as PerToken, batch);
  const others: PerCandidate = tf.mul(batch.candidateMask, tf.sub(1, preferred));
  const total = (x: PerCandidate, mask: PerCandidate): number => tf.sum(tf.mul(mask, x)).dataSync()[0]!;
  const perToken = (name: string, sums: PerCandidate, mask: PerCandidate): void =>
    tally.add(name, total(sums, mask), total(lengths, mask));
  const sides = [
    ["chosen", preferred],
    ["rejected", others],
  ] as const;
  const [entropies, logits] = [sumsOf(measures.entropy), sumsOf(measures.logits)];
  perToken("entropy", entropies, batch.candidateMask);
  for (const [side, mask] of sides) {
    perToken(`entropy/${side}`, entropies, mask);
    perToken(`logits/${side}`, logits, mask);
    for (const [name, request] of [
      ["forward_kl", measures.forwardKl],
      ["reverse_kl", measures.reverseKl],
    ] as const)
      if (request) logPerPrompt(`${name}/${side}`, sumsOf(request), mask, tally);
  }
  perToken("mean_token_accuracy", sumsOf(measures.hit), preferred);
}

/** The mean over the prompts that have such candidates, of the mean over these. */
function logPerPrompt(name: string, sums: PerCandidate, mask: PerCandidate, tally: Call["tally"]): void {
  const count: PerPrompt = tf.sum(mask, 1);
  tally.addTensor(
    name,
    tf.div(tf.sum(tf.mul(mask, sums), 1), tf.maximum(1, count)),
    tf.cast(tf.greater(count, 0), "float32"),
  );
}
