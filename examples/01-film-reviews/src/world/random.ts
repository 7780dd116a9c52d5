import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Draws uniform numbers in [0, 1). */
export type Random = () => number;

/** A random stream of its own for every seed and purpose: two purposes with one seed are independent, each repeatable. */
export function seeded(seed: number, purpose: string): Random {
  const generator = xoroshiro128plus(hash(`${seed} ${purpose}`));
  return () => uniformFloat64(generator);
}

/** FNV-1a, 32 bits, unsigned: the same number for the same text on every machine. */
export function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state >>> 0;
}

/** An index in proportion to its weight; the weights need not sum to 1. */
export function weightedIndex(weights: readonly number[], random: Random): number {
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => (rest -= weight) < 0);
  return index < 0 ? weights.length - 1 : index;
}
