import type { tf } from "../tensorflow.ts";

export interface ModelDimensions {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly vocabulary: number;
  /** Standard deviation of the model's own initial weights. */
  readonly initializerRange: number;
}

/** A trainable tensor of a part. Tensors with equal `optimizer` settings form one optimizer group. */
export interface ParameterSpec {
  init(model: ModelDimensions, seed: number): tf.Tensor;
  readonly optimizer?: { readonly weightDecay?: number; readonly learningRateScale?: number };
}
/** A trainable tensor, with the types of `init` known: `parameter({ init: ({ width }, seed) => tf.randomNormal([width], …) })`. */
export const parameter = (spec: ParameterSpec): ParameterSpec => spec;

export interface ParameterTree {
  readonly [name: string]: ParameterSpec | ParameterTree;
}
/** The tensors of a tree, at the same places. */
export type Tensors<P> = { readonly [K in keyof P]: P[K] extends ParameterSpec ? tf.Tensor : Tensors<P[K]> };

export function isParameterSpec(node: ParameterSpec | ParameterTree): node is ParameterSpec {
  return typeof node.init === "function";
}
