/** Cuts the items of a step into micro-batches of at most `tokens` tokens by their sizes; a larger item stands alone. */
export function microBatches<T>(
  items: readonly T[],
  tokens: number,
  sizeOf: (item: T) => number,
): readonly (readonly T[])[] {
  const batches: T[][] = [];
  let used = Infinity;
  for (const item of items) {
    const size = sizeOf(item);
    if (used + size > tokens) {
      batches.push([]);
      used = 0;
    }
    batches.at(-1)!.push(item);
    used += size;
  }
  return batches;
}
