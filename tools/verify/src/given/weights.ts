import { compose, constantBeta, scorer, logistic, tf, type TokenWeighter } from "@tokenwise/kit";
import { evaluate, type Given } from "@tokenwise/testkit";

/** What a weighter weighs the log-ratios with, [B, T] as lists. */
export function rewardWeights(weighter: TokenWeighter, table: Given): number[][] {
  let weights: number[][] = [];
  const asks = scorer({
    name: "asks",
    score({ batch }, { reward }) {
      weights = reward.arraySync() as number[][];
      return { score: tf.mul(batch.candidateMask, tf.sum<tf.Scalar>(reward)) };
    },
  });
  const { batch } = table;
  const blank = tf.zeros([batch.responseMask.shape[0], batch.responseMask.shape[1]!, 2]);
  const logits = { policy: blank, reference: blank };
  evaluate(compose({ weighter, beta: constantBeta(), scorer: asks, loss: logistic() }), [{ logits, ...table }]);
  return weights;
}
