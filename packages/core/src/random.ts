/** Random numbers that depend on nothing but a seed and names, so that a resumed run draws what the uninterrupted one drew. */

/** A 31-bit seed from a run's seed and what it is for (FNV-1a, then a finalizer that spreads the bits). */
export function seedFrom(...names: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of names.join("\u0000")) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & 0x7fffffff;
}

/** Uniform numbers in [0, 1) (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** 0 … size − 1 in random order (Fisher–Yates). */
export function permutation(size: number, seed: number): Int32Array {
  const order = Int32Array.from({ length: size }, (_, index) => index);
  const random = uniform(seed);
  for (let last = size - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
