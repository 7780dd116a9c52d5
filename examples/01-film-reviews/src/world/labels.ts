import type { Random } from "./random.ts";

export interface Labelling {
  /** In units of reward: the smaller, the surer the labels; must be positive. */
  readonly temperature: number;
  /** Prefer what the true reward faults. */
  readonly flip?: boolean;
}

/**
 * P(first ≻ second) = σ((r_first − r_second) / temperature)     [Bradley and Terry 1952]
 *
 * @throws RangeError if the temperature is not positive.
 */
export function preferenceProbability(first: number, second: number, { temperature, flip = false }: Labelling): number {
  if (!(temperature > 0)) throw new RangeError(`temperature ${temperature} is not positive`);
  const margin = flip ? second - first : first - second;
  return 1 / (1 + Math.exp(-margin / temperature));
}

/** Whether the first is preferred, drawn with its probability: one draw a pair. */
export const prefersFirst = (first: number, second: number, labelling: Labelling, random: Random): boolean =>
  random() < preferenceProbability(first, second, labelling);
