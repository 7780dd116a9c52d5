import { seedFrom, uniform } from "@tokenwise/core";

/** Uniform numbers in [0, 1), a stream of its own for every seed and purpose. */
export const seeded = (seed: number, purpose: string): (() => number) => uniform(seedFrom(seed, purpose));

/** An index in proportion to its weight; the weights need not sum to 1. */
export function weightedIndex(weights: readonly number[], random: () => number): number {
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => (rest -= weight) < 0);
  return index < 0 ? weights.length - 1 : index;
}
