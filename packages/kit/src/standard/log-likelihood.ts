import { scorer, type SequenceScorer } from "../contract/parts.ts";
import { responseLengths, sumTokens } from "../numerics/groups.ts";
import { tf } from "../tensorflow.ts";
import { tokenLogProb } from "./log-probs.ts";

/** s = Σ_t m_t w_t log π(y_t), or its mean over the response: the policy alone, without a reference (SimPO). */
export const logLikelihood = ({ length = "mean" }: { readonly length?: "sum" | "mean" } = {}): SequenceScorer =>
  scorer({
    name: "log-likelihood",
    options: { length },
    needs: { policy: tokenLogProb("policy") },
    score({ batch, read }, weights) {
      const sum = sumTokens(tf.mul(weights.reward, read.policy), batch);
      return { score: length === "sum" ? sum : tf.div(sum, responseLengths(batch)) };
    },
  });
