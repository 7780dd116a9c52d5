export interface Sampling {
  /** 0: the most likely token. */
  readonly temperature: number;
  /** Keep the k most likely tokens. */
  readonly topK?: number | undefined;
  /** Then keep the fewest tokens, most likely first, whose probability reaches p. */
  readonly topP?: number | undefined;
}

/** The first index of the largest value. */
function argMax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** Ids from the heaviest down, at least as far as `reaches` demands. Sorting a whole vocabulary at every token would cost more than the model. */
function heaviest(weights: Float64Array, reaches: (ids: readonly number[]) => boolean): readonly number[] {
  for (const floor of [1e-3, 1e-6, -1]) {
    const ids: number[] = [];
    for (let id = 0; id < weights.length; id++) if (weights[id]! > floor) ids.push(id);
    if (floor < 0 || reaches(ids)) return ids.sort((a, b) => weights[b]! - weights[a]! || a - b);
  }
  return [];
}

/** Where the running sum of the weights passes `target`. */
function draw(ids: Iterable<number>, weights: Float64Array, target: number): number {
  let sum = 0;
  let last = 0;
  for (const id of ids) {
    if (weights[id] === 0) continue;
    sum += weights[id]!;
    last = id;
    if (sum > target) return id;
  }
  return last;
}

/**
 * Draws a token.
 *
 * @param logits   [V]
 * @param uniform  a number in [0, 1) that decides the draw
 */
export function sampleToken(logits: Float32Array, { temperature, topK, topP = 1 }: Sampling, uniform: number): number {
  const most = argMax(logits);
  if (temperature === 0) return most;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - logits[most]!) / temperature));
  const sumOf = (ids: Iterable<number>) => {
    let sum = 0;
    for (const id of ids) sum += weights[id]!;
    return sum;
  };
  const limited = topK !== undefined && topK < weights.length;
  if (!limited && topP >= 1) return draw(weights.keys(), weights, uniform * sumOf(weights.keys()));

  const total = limited ? 0 : sumOf(weights.keys());
  const ordered = heaviest(weights, (ids) => (limited ? ids.length >= topK : sumOf(ids) >= topP * total));
  const kept = limited ? ordered.slice(0, topK) : ordered;
  const target = topP * (limited ? sumOf(kept) : total);
  let sum = 0;
  let count = 0;
  while (count < kept.length && (count === 0 || sum < target)) sum += weights[kept[count++]!]!;
  return draw(kept.slice(0, count), weights, uniform * sum);
}
