import { tf, type ParameterTree, type PerToken, type Tensors } from "@tokenwise/kit";

/** Trainable token masks: m = ReLU(Σ_l ω_l ReLU(w_l · LN(h_l) + b_l)); one layer norm for all layers. */
export const maskNetwork = (weightDecay: number) =>
  ({
    scale: { init: ({ width }) => tf.ones([width]) },
    shift: { init: ({ width }) => tf.zeros([width]) },
    bias: { init: ({ layers }) => tf.zeros([layers]) },
    weight: {
      init: ({ layers, width, initializerRange }, seed) =>
        tf.randomNormal([layers, width], 0, initializerRange, "float32", seed),
      optimizer: { weightDecay },
    },
    mix: {
      init: ({ layers, initializerRange }, seed) => tf.randomNormal([layers], 0, initializerRange, "float32", seed),
      optimizer: { weightDecay },
    },
  }) satisfies ParameterTree;

const epsilon = 1e-5; // of the layer norm

/** The masks of hidden states, [L, B, T, D] → [B, T]. */
export function maskOf(network: Tensors<ReturnType<typeof maskNetwork>>, states: tf.Tensor): PerToken {
  const { scale, shift, weight, bias, mix } = network;
  const { mean, variance } = tf.moments(states, -1, true);
  const normal = tf.add(tf.mul(tf.mul(tf.sub(states, mean), tf.rsqrt(tf.add(variance, epsilon))), scale), shift);
  const [layers, width] = weight.shape as [number, number];
  const perLayer = (values: tf.Tensor) => tf.reshape(values, [layers, 1, 1]);
  const projected = tf.sum(tf.mul(normal, tf.reshape(weight, [layers, 1, 1, width])), 3);
  return tf.relu(tf.sum(tf.mul(tf.relu(tf.add(projected, perLayer(bias))), perLayer(mix)), 0));
}
