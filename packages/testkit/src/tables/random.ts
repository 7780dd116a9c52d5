/** Numbers by place: the same seed and place give the same number, whatever else is drawn, so that a smaller case keeps them. */

export type Place = readonly (number | string)[];

/** Uniform in [0, 1). */
export function uniformAt(seed: number, ...place: Place): number {
  let hash = Math.imul(seed | 0, 0x9e3779b1) ^ 0x5bd1e995;
  for (const part of place)
    for (const character of `${part};`) {
      hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
      hash ^= hash >>> 15;
    }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Of mean 0 and deviation 1 (Box and Muller). */
export const normalAt = (seed: number, ...place: Place): number =>
  Math.sqrt(-2 * Math.log(uniformAt(seed, ...place, "r") + 2 ** -33)) *
  Math.cos(2 * Math.PI * uniformAt(seed, ...place, "a"));
