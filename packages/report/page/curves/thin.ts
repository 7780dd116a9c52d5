/** [step, value] */
export type Point = readonly [number, number];

/**
 * At most about `limit` points that draw the same line: of every stretch the first, the lowest, the highest and the last, in order.
 * Peaks stay.
 */
export function thin(points: readonly Point[], limit: number): readonly Point[] {
  if (points.length <= limit) return points;
  const stretches = Math.max(1, Math.floor(limit / 4));
  const kept: Point[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * points.length) / stretches);
    const to = Math.floor(((stretch + 1) * points.length) / stretches);
    let [low, high] = [from, from];
    for (let i = from; i < to; i++) {
      if (points[i]![1] < points[low]![1]) low = i;
      if (points[i]![1] > points[high]![1]) high = i;
    }
    for (const index of new Set([from, low, high, to - 1].sort((a, b) => a - b))) kept.push(points[index]!);
  }
  return kept;
}

/** At most `limit` of the items, evenly spread, with the first and the last one. */
export function spread<T>(items: readonly T[], limit: number): readonly T[] {
  if (items.length <= limit) return items;
  const last = items.length - 1;
  return Array.from({ length: limit }, (_, i) => items[Math.round((i * last) / (limit - 1))]!);
}

/** Means over the last `width` points, or as many as there are so far. */
export function smooth(points: readonly Point[], width: number): readonly Point[] {
  if (width <= 1) return points;
  let sum = 0;
  return points.map(([step, value], index) => {
    sum += value;
    const leaving = points[index - width];
    if (leaving) sum -= leaving[1];
    return [step, sum / Math.min(index + 1, width)];
  });
}
