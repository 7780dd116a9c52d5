import { betaController, compose, implicitReward, logistic, margin, rewards, tf } from "../src/index.ts";

/** β grows with the reward gap of the pair. */
const gapBeta = ({ beta = 0.1 } = {}) =>
  betaController({
    name: "gap-beta",
    needs: { rewards },
    requires: { group: "pair" },
    control: ({ read }) => ({ beta: tf.mul(beta, tf.add(1, tf.abs(margin(read.rewards)))) }),
  });

export const gapDpo = compose({
  beta: gapBeta({ beta: 0.05 }),
  scorer: implicitReward({ divergence: 0.5 }),
  loss: logistic(),
});
