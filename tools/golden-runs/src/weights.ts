/** Weights of models as plain arrays, for tests that compare them before and after. */
import { tf } from "@tokenwise/kit";

type Parameters = ReadonlyMap<string, tf.Tensor>;
export type Weights = ReadonlyMap<string, readonly number[]>;

/** A copy. */
export const weightsOf = (parameters: Parameters): Weights =>
  new Map([...parameters].map(([name, tensor]) => [name, [...tensor.dataSync()]]));

/** keep·a + (1 − keep)·b, name by name. */
export const blend = (a: Weights, b: Weights, keep: number): Weights =>
  new Map(
    [...a].map(([name, values]) => [name, values.map((value, at) => keep * value + (1 - keep) * b.get(name)![at]!)]),
  );

/** Largest difference of any number; infinite where names or sizes differ. */
export function weightDifference(a: Weights, b: Weights): number {
  if (a.size !== b.size) return Infinity;
  return Math.max(
    ...[...a].flatMap(([name, values]) => {
      const others = b.get(name);
      return others?.length === values.length ? values.map((value, at) => Math.abs(value - others[at]!)) : [Infinity];
    }),
  );
}

export function assignWeights(parameters: ReadonlyMap<string, tf.Variable>, weights: Weights): void {
  for (const [name, variable] of parameters)
    tf.tidy(() => variable.assign(tf.tensor([...weights.get(name)!], variable.shape)));
}
