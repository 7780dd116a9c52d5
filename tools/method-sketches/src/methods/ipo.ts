import {
  compose,
  constantBeta,
  implicitReward,
  margin,
  preferenceLoss,
  tf,
  type Method,
  type PreferenceLoss,
} from "@tokenwise/kit";

/** ℓ = (Δs − 1/(2β))². */
export const squared = (): PreferenceLoss =>
  preferenceLoss({
    name: "squared",
    requires: { group: "pair", targets: "hard" },
    loss: (_, { scores, beta }) => ({ loss: tf.square(tf.sub(margin(scores), tf.div(1, tf.mul(2, beta)))) }),
  });

export const ipo = ({ beta = 0.1 } = {}): Method =>
  compose({ beta: constantBeta({ beta }), scorer: implicitReward({ length: "mean" }), loss: squared() });
