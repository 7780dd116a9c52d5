import type { PerCandidate } from "../contract/axes.ts";
import { auxiliaryLoss, type AuxiliaryLoss } from "../contract/parts.ts";
import { sumTokens } from "../numerics/groups.ts";
import { derived } from "../requests/derived.ts";
import type { Request } from "../requests/request.ts";
import { tf } from "../tensorflow.ts";
import { tokenLogProb } from "./log-probs.ts";

/** From here on e^d goes on as a line: d = 88 would overflow. */
const steepest = 30;

/** e^d − d − 1 of each token, d = log π_ref − log π: its mean over the policy's samples is KL(π ‖ π_ref), and it is never negative. */
const excess = derived(
  "divergence-excess",
  "B,T",
  { policy: tokenLogProb("policy"), reference: tokenLogProb("reference") },
  ({ read }) => {
    const difference = tf.sub(read.reference, read.policy);
    const beyond = tf.add(1, tf.relu(tf.sub(difference, steepest)));
    return tf.sub(tf.sub(tf.mul(tf.exp(tf.minimum(difference, steepest)), beyond), difference), 1);
  },
);

export interface TokenDivergenceOptions {
  readonly weight?: number;
  /** 1 for the candidates whose tokens count, else 0; from data alone. Default: all. */
  readonly among?: Request<PerCandidate> | undefined;
}

/** The estimated KL to the reference, a mean over all response tokens of the step, in nats.            [Schulman 2020, k₃] */
export const tokenDivergence = ({ weight = 1, among }: TokenDivergenceOptions = {}): AuxiliaryLoss =>
  auxiliaryLoss({
    name: "token-divergence",
    weight,
    needs: { excess, among },
    sum: ({ read, batch }) => tf.sum(tf.mul(sumTokens(read.excess, batch), read.among ?? 1)),
    count: ({ read, batch }) => tf.sum(tf.mul(sumTokens(batch.responseMask, batch), read.among ?? 1)),
  });
