import { tf } from "@tokenwise/kit";

/** The gradient that an optimizer sees: scaled, with decay added where it is not decoupled. Within a tidy. */
export function scaledGradient(
  gradient: tf.Tensor,
  scale: number,
  decayed?: { variable: tf.Tensor; weightDecay: number },
): tf.Tensor {
  const scaled = scale === 1 ? gradient : tf.mul(gradient, scale);
  return decayed && decayed.weightDecay !== 0 ? tf.add(scaled, tf.mul(decayed.variable, decayed.weightDecay)) : scaled;
}
