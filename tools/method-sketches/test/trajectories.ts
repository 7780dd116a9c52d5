/** The authors' five-step runs, and what it takes to repeat them. */
import { tf } from "@tokenwise/kit";
import { pairExamples, type GoldenModel, type GoldenStep, type GoldenSums, type Weights } from "../src/train/index.ts";
import file from "../goldens/trained.json" with { type: "json" };

export interface Trajectory {
  readonly steps: readonly (GoldenStep & Readonly<Record<string, number>>)[];
  readonly final: GoldenSums;
  readonly finalMaskNetwork?: GoldenSums;
}

export const golden: GoldenModel = file.model;
export const pairs = pairExamples(file.inputs.E1.rows);

export function trajectory(name: string): Trajectory {
  const found = file.cases.find((each) => each.name === name);
  if (!found) throw new Error(`no golden run "${name}"`);
  return found;
}

/** Where a tensor of the authors' mask network stands in ours: part of `sparse-mask/network/…`, and the row there. */
const maskPlaces: Readonly<Record<string, readonly [name: string, row: number]>> = {
  "w_per_layer.0.w.weight": ["weight", 0],
  "w_per_layer.0.w.bias": ["bias", 0],
  "w_per_layer.1.w.weight": ["weight", 1],
  "w_per_layer.1.w.bias": ["bias", 1],
  "mixer.weight": ["mix", 0],
  "layer_norm.weight": ["scale", 0],
  "layer_norm.bias": ["shift", 0],
};
const sizes: Readonly<Record<string, number>> = { bias: 1, mix: 2 };
const sizeOf = (name: string): number => sizes[name] ?? 8;
const idOf = (name: string): string => `sparse-mask/network/${name}`;

/** The first values of the mask network by the golden file's formula. */
export function firstMasks(): Weights {
  const weights = new Map<string, readonly number[]>();
  Object.entries(maskPlaces).forEach(([theirs, [name]], p) => {
    const values = Array.from({ length: sizeOf(name) }, (_, k) => {
      const s = Math.sin(1.1 * k + 0.013 * (p + 1) * k * k + 0.9 * p + 1.4);
      if (theirs === "layer_norm.weight") return 1 + 0.1 * s;
      return theirs === "mixer.weight" ? 0.5 + 0.4 * s : 0.6 * s;
    });
    weights.set(idOf(name), [...(weights.get(idOf(name)) ?? []), ...values]);
  });
  return weights;
}

/** Our mask network's tensors under the authors' names. The caller disposes of them. */
export const underTheirNames = (variables: ReadonlyMap<string, tf.Variable>): Map<string, tf.Tensor> =>
  new Map(
    Object.entries(maskPlaces).map(([theirs, [name, row]]) => {
      const values = [...variables.get(idOf(name))!.dataSync()];
      return [theirs, tf.tensor1d(values.slice(row * sizeOf(name), (row + 1) * sizeOf(name)))];
    }),
  );
