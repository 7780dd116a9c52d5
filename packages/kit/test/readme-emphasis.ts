import { compose, constantBeta, implicitReward, logistic, margin, promptWeighter, rewards, tf } from "../src/index.ts";

/** ω = |r_chosen − r_rejected|: a pair counts by how clear it is. */
export const byGap = promptWeighter({
  name: "by-gap",
  needs: { rewards },
  requires: { group: "pair" },
  emphasize: ({ read }) => ({ weight: tf.abs(margin(read.rewards)) }), // [P], at least 0
});

export const clearPairs = compose({
  beta: constantBeta(),
  emphasis: byGap,
  scorer: implicitReward(),
  loss: logistic(),
});
