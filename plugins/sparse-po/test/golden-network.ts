/** A golden mask network: its parameters and hidden states from their formulas. */
import { tf, type Tensors } from "@tokenwise/kit";
import type { maskNetwork } from "../src/index.ts";

export interface NetworkCase {
  readonly name: string;
  readonly network: {
    readonly hidden: number;
    readonly layers: number;
    readonly mixerActivation: string;
    readonly parameters: Readonly<Record<"scale" | "k" | "p" | "phase", number>>;
    readonly order: readonly (readonly [string, readonly number[], readonly number[]])[];
  };
  readonly states: Readonly<Record<"B" | "T" | "amp" | "l" | "b" | "t" | "h" | "phase", number>>;
  readonly validLengths: readonly number[] | null;
  readonly authors_code: {
    readonly mask: readonly (readonly number[])[];
    readonly parameterGradients: Readonly<Record<"l2" | "first", Readonly<Record<string, number>>>>;
  };
}

type Mixed = Extract<Tensors<ReturnType<typeof maskNetwork>>, { readonly mix: tf.Tensor }>;
const indices = (n: number) => Array.from({ length: n }, (_, index) => index);

function valuesOf({ order, parameters: { scale, k, p, phase } }: NetworkCase["network"], name: string): number[] {
  const index = order.findIndex(([each]) => each === name);
  const size = order[index]![1].reduce((product, side) => product * side, 1);
  const values = indices(size).map((i) => scale * Math.sin(k * i + p * index + phase));
  return name === "layer_norm.weight" ? values.map((value) => 1 + 0.2 * value) : values;
}

export function tensorsOf({ network }: NetworkCase): Mixed {
  const ofLayers = (what: string) =>
    indices(network.layers).map((layer) => valuesOf(network, `w_per_layer.${layer}.w.${what}`));
  return {
    scale: tf.tensor1d(valuesOf(network, "layer_norm.weight")),
    shift: tf.tensor1d(valuesOf(network, "layer_norm.bias")),
    weight: tf.tensor2d(ofLayers("weight")),
    bias: tf.tensor1d(ofLayers("bias").flat()),
    mix: tf.tensor1d(valuesOf(network, "mixer.weight")),
  };
}

/** [L, B, T, D] */
export const statesOf = ({ network, states: s }: NetworkCase): tf.Tensor4D =>
  tf.tensor4d(
    indices(network.layers).map((layer) =>
      indices(s.B).map((row) =>
        indices(s.T).map((position) =>
          indices(network.hidden).map(
            (unit) => s.amp * Math.sin(s.l * (layer + 1) + s.b * row + s.t * position + s.h * unit + s.phase),
          ),
        ),
      ),
    ),
  );

/** [B, T], 1 in the valid positions. */
export const validOf = ({ states: { B, T }, validLengths }: NetworkCase): tf.Tensor2D =>
  tf.tensor2d(indices(B).map((row) => indices(T).map((at) => Number(at < (validLengths?.[row] ?? T)))));

/** The weights of the objective Σ mask · weight, [B, T]. */
export const objectiveOf = ({ states: { B, T } }: NetworkCase): tf.Tensor2D =>
  tf.tensor2d(indices(B).map((row) => indices(T).map((position) => 1 + 0.5 * row - 0.3 * position)));

/** Gradients under the authors' names. */
export const underTheirNames = (gradients: Mixed): Readonly<Record<string, readonly number[]>> => {
  const values = (x: tf.Tensor) => [...x.dataSync()];
  const rows = (gradients.weight as tf.Tensor2D).arraySync();
  return {
    "layer_norm.weight": values(gradients.scale),
    "layer_norm.bias": values(gradients.shift),
    "mixer.weight": values(gradients.mix),
    ...Object.fromEntries(rows.map((row, layer) => [`w_per_layer.${layer}.w.weight`, row])),
    ...Object.fromEntries(values(gradients.bias).map((value, layer) => [`w_per_layer.${layer}.w.bias`, [value]])),
  };
};
