import { overTokens, tf, type PerCandidate, type PerToken } from "@tokenwise/kit";

export interface Span {
  /** Position of the first response token in the span, [P, G]. */
  readonly first: PerCandidate;
  /** n: tokens of the span, [P, G]. */
  readonly length: PerCandidate;
  /** T */
  readonly width: number;
  readonly divisor: number;
}

/**
 * The share that a Gaussian in the middle of a span gives to each response token:
 *
 *   P_i = exp(−½ ((i − μ)/σ)²),  μ = (n − 1)/2,  σ = max(1, n/divisor)          P̂ = P / Σ_{i<n} P_i
 *
 * @returns [B, T]; 0 beyond the span.
 */
export function priorShare({ first, length, width, divisor }: Span): PerToken {
  const n = overTokens(length); // [B, 1]
  const middle = tf.div(tf.sub(n, 1), 2);
  const sigma = tf.maximum(1, tf.div(n, divisor));
  const prior = (position: tf.Tensor): tf.Tensor =>
    tf.mul(tf.exp(tf.mul(-0.5, tf.square(tf.div(tf.sub(position, middle), sigma)))), tf.less(position, n));
  const all = tf.range(0, Math.max(...length.dataSync()));
  const total = tf.sum(prior(tf.reshape(all, [1, -1])), 1, true);
  return tf.divNoNan(prior(tf.add(overTokens(first), tf.range(0, width))), total);
}
