import { auxiliaryLoss, type AuxiliaryLoss } from "../contract/parts.ts";
import { sumTokens } from "../numerics/groups.ts";
import { tf } from "../tensorflow.ts";
import { tokenLogProb } from "./log-probs.ts";

/** −log π of the preferred response, per token over the whole step, in nats: supervised training, or a term beside a preference loss. */
export const supervised = ({ weight = 1 }: { readonly weight?: number } = {}): AuxiliaryLoss =>
  auxiliaryLoss({
    name: "supervised",
    weight,
    needs: { policy: tokenLogProb("policy") },
    sum: ({ read, batch, preferred }) => tf.neg(tf.sum(tf.mul(preferred, sumTokens(read.policy, batch)))),
    count: ({ batch, preferred }) => tf.sum(tf.mul(preferred, sumTokens(batch.responseMask, batch))),
  });
