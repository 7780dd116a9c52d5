import { permutation, seedFrom } from "../random.ts";
import type { Settings } from "./settings.ts";

/** Which examples a step takes, as indices: a function of the settings and the step alone, so that the step is the whole cursor. */
export function examplesOfStep(
  { batchSize, shuffle, seed }: Pick<Settings, "batchSize" | "shuffle" | "seed">,
  size: number,
  step: number,
): { readonly epoch: number; readonly indices: readonly number[] } {
  const stepsPerEpoch = Math.ceil(size / batchSize);
  const epoch = Math.floor((step - 1) / stepsPerEpoch);
  const order = shuffle
    ? permutation(size, seedFrom(seed, "order", epoch))
    : Int32Array.from({ length: size }, (_, i) => i);
  const first = ((step - 1) % stepsPerEpoch) * batchSize;
  return { epoch, indices: [...order.subarray(first, first + batchSize)] };
}

/** Indices, in order, of the examples that the steps of a run take. */
export function examplesOfRun(
  settings: Pick<Settings, "batchSize" | "shuffle" | "seed">,
  size: number,
  steps: number,
): readonly number[] {
  const stepsOfEpoch = Math.min(steps, Math.ceil(size / settings.batchSize)); // an epoch takes all
  const taken = Array.from({ length: stepsOfEpoch }, (_, index) => examplesOfStep(settings, size, index + 1).indices);
  return taken.flat().sort((a, b) => a - b);
}
