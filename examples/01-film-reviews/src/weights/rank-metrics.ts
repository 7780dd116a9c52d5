/** How well scores tell some items from others, by their order alone. */
import { correlation } from "./correlation.ts";

/** Ranks from 1; equal values share the mean of theirs. */
export function midRanks(values: readonly number[]): readonly number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const ranks = Array<number>(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end += 1;
    for (const index of order.slice(start, end)) ranks[index] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

const differ = (values: readonly unknown[]): boolean => values.some((value) => value !== values[0]);

/** Pearson's correlation of the ranks; undefined where all values of one side are equal. [Spearman 1904] */
export const rankCorrelation = (a: readonly number[], b: readonly number[]): number | undefined =>
  differ(a) && differ(b) ? correlation(midRanks(a), midRanks(b)) : undefined;

/**
 * The probability that a positive scores higher than a negative, ties counted half; undefined without both.
 *
 *     (Σ ranks of positives − p (p + 1) / 2) / (p n)                                            [Mann and Whitney 1947]
 */
export function areaUnderCurve(scores: readonly number[], positive: readonly boolean[]): number | undefined {
  if (!differ(positive)) return undefined;
  const positives = positive.filter(Boolean).length;
  const sum = midRanks(scores).reduce((total, rank, index) => total + (positive[index] ? rank : 0), 0);
  return (sum - (positives * (positives + 1)) / 2) / (positives * (scores.length - positives));
}

/**
 * Σ_k (R_k − R_k−1) P_k over the distinct scores from the highest down, P_k precision and R_k recall of all that score as much;
 * undefined without both kinds. Equal scores give the share of positives, as chance does.
 */
export function averagePrecision(scores: readonly number[], positive: readonly boolean[]): number | undefined {
  if (!differ(positive)) return undefined;
  const positives = positive.filter(Boolean).length;
  let sum = 0;
  for (const threshold of new Set(scores)) {
    const found = scores.filter((score, index) => score === threshold && positive[index]).length;
    const taken = positive.filter((_, index) => scores[index]! >= threshold);
    sum += (found / positives) * (taken.filter(Boolean).length / taken.length);
  }
  return sum;
}
