import { expectShape, noGrad, parameter, tf, type ModelDimensions, type PerToken, type Tensors } from "@tokenwise/kit";
import { activate } from "./activate.ts";
import type { MaskOptions } from "./options.ts";

/**
 * The trained tensors of a mask: heads, weight [L, D] and bias [L], and if all layers are read a norm, scale and shift [D],
 * and what mixes the heads, [L]. What the released code holds as matrices, weight and mix, has a weight decay of its own.
 */
export function maskNetwork({ layers: read, init, weightDecay }: MaskOptions) {
  const [all, positive, optimizer] = [read === "all", init === "positive", { weightDecay }];
  const random = (shape: number[], { initializerRange }: ModelDimensions, seed: number): tf.Tensor =>
    tf.randomNormal(shape, 0, initializerRange, "float32", seed);
  const heads = {
    weight: parameter({ init: (model, seed) => random([all ? model.layers : 1, model.width], model, seed), optimizer }),
    bias: parameter({ init: ({ layers }) => tf.fill([all ? layers : 1], positive ? 1 : 0) }),
  };
  if (!all) return heads;
  const mix = (model: ModelDimensions, seed: number): tf.Tensor =>
    positive ? tf.fill([model.layers], 1 / model.layers) : random([model.layers], model, seed);
  return {
    ...heads,
    scale: parameter({ init: ({ width }) => tf.ones([width]) }),
    shift: parameter({ init: ({ width }) => tf.zeros([width]) }),
    mix: parameter({ init: mix, optimizer }),
  };
}

type Network = Tensors<ReturnType<typeof maskNetwork>>;

/**
 * The mask of hidden states h, constants, [L, B, T, D] → [B, T]:
 *
 *   q_l = f(w_l · LN(h_l) + b_l),   m = g(Σ_l ω_l q_l)                                              [released code]
 *
 * LN: one layer norm for all layers; f and g: ReLU unless told otherwise. Of the last layer alone it is g(f(w · h + b)).
 *
 * @throws TW_E_SHAPE  if the reference has other layers or another width than the model that is trained.
 */
export function maskOf(network: Network, states: tf.Tensor, responseMask: PerToken, options: MaskOptions): PerToken {
  const [layers, width] = network.weight.shape as [number, number];
  expectShape(states, [layers, ...responseMask.shape, width], "hidden states of the reference");
  const mixer = "mix" in network ? network : undefined;
  const inputs = noGrad(() => tf.tidy(() => tf.unstack(mixer ? standardized(states) : states)));
  // w · (scale ⊙ n + shift) + b, without another tensor of the states' size.
  const weight = mixer ? tf.mul(network.weight, mixer.scale) : network.weight;
  const bias = mixer ? tf.add(network.bias, tf.sum(tf.mul(network.weight, mixer.shift), 1)) : network.bias;
  const heads = inputs.map((input, layer) => {
    const [w, b] = [tf.reshape(tf.slice(weight, layer, 1), [width, 1]), tf.slice(bias, layer, 1)];
    return tf.reshape(tf.add(tf.matMul(tf.reshape(input, [-1, width]), w), b), responseMask.shape);
  });
  const values = activate(options.layerActivation, tf.stack(heads), responseMask);
  const mixed = mixer ? tf.mul(values, tf.reshape(mixer.mix, [layers, 1, 1])) : values;
  return activate(options.activation, tf.sum(mixed, 0), responseMask);
}

/** Mean 0 and variance 1 over the width. */
function standardized(x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
}
