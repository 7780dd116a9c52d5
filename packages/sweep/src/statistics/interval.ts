export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** @throws RangeError without values. */
export function meanOf(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("a mean of no values");
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The mean of independent values, and mean ± t · s / √n, t the quantile of Student's distribution with n − 1 degrees of freedom.
 *
 * @param confidence In (0, 1).
 * @throws RangeError for fewer than two values.
 */
export function intervalOfMean(values: readonly number[], confidence = 0.95): Interval {
  if (values.length < 2) throw new RangeError(`an interval needs two values or more, not ${values.length}`);
  const mean = meanOf(values);
  const freedom = values.length - 1;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / freedom;
  const halfWidth = twoSidedT(confidence, freedom) * Math.sqrt(variance / values.length);
  return { mean, low: mean - halfWidth, high: mean + halfWidth };
}

/** The t with P(|T| < t) = confidence, by bisection of the angle θ = arctan(t / √freedom). */
export function twoSidedT(confidence: number, freedom: number): number {
  let low = 0;
  let high = Math.PI / 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (shareWithin(middle, freedom) < confidence) low = middle;
    else high = middle;
  }
  return Math.tan(low) * Math.sqrt(freedom);
}

/** P(|T| < √freedom · tan θ): a finite sum for whole degrees of freedom. [Abramowitz and Stegun 1964, 26.7.3 and 26.7.4] */
function shareWithin(angle: number, freedom: number): number {
  const cosine = Math.cos(angle);
  const odd = freedom % 2;
  let term = odd ? cosine : 1;
  let sum = freedom > 1 ? term : 0;
  for (let power = 2 + odd; power < freedom; power += 2) {
    term *= ((power - 1) / power) * cosine ** 2;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}
