import type { Transform } from "./options.ts";

/** The released code's transforms that read scores: all but the paper's exponential and random draws. */
export type ScoreTransform = Exclude<Transform, { readonly kind: "exponential" | "random" }>;

/**
 * Signed scores s of one response (chosen: its log-ratios, rejected: their opposites) to weights, in 64 bits.
 *
 *   origin               s
 *   threshold            clamp(s, low, high)
 *   threshold-and-scale  min + (clamp(s, low, high) − low) (max − min) / (high − low)
 *   rank-based           min + rank (max − min) / (n − 1); of equal scores the earlier token has the lower rank; n = 1: 1
 *   binary               1 for the ⌊n·percent/100⌋ highest scores, else 0; if that cuts through equal scores, 0 for all of them
 */
export function transformScores(scores: readonly number[], transform: ScoreTransform): readonly number[] {
  if (transform.kind === "origin") return scores;
  if (transform.kind === "binary") {
    const excluded = scores.toSorted((a, b) => b - a)[Math.floor((scores.length * transform.percent) / 100)];
    return scores.map((score) => (score > (excluded ?? -Infinity) ? 1 : 0));
  }
  if (transform.kind === "rank-based") {
    const step = (transform.max - transform.min) / (scores.length - 1);
    return scores.length === 1 ? [1] : ranks(scores).map((rank) => transform.min + rank * step);
  }
  const { low, high } = transform;
  const clamped = scores.map((score) => Math.min(high, Math.max(low, score)));
  if (transform.kind === "threshold") return clamped;
  return clamped.map((score) => transform.min + ((score - low) * (transform.max - transform.min)) / (high - low));
}

/** 0 for the smallest; equal values are ranked by position. */
function ranks(values: readonly number[]): readonly number[] {
  const ranked = values.map(() => 0);
  [...values.keys()].sort((a, b) => values[a]! - values[b]!).forEach((token, rank) => (ranked[token] = rank));
  return ranked;
}
