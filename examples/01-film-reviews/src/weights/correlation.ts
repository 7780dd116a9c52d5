import { meanOf } from "@tokenwise/sweep";

/** Pearson's. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const products = (x: readonly number[], y: readonly number[], [mx, my]: readonly [number, number]) =>
    x.reduce((sum, value, index) => sum + (value - mx) * (y[index]! - my), 0);
  const deviations = Math.sqrt(products(a, a, [meanA, meanA]) * products(b, b, [meanB, meanB]));
  return products(a, b, [meanA, meanB]) / deviations;
}

/**
 * How much of the variance of a mean of two noisy measurements is not noise: 2c / (1 + c), c their correlation.
 * A correlation with the mean, divided by the square root, is what it would be without the noise. [Spearman 1910; Brown 1910]
 */
export function reliability(first: readonly number[], second: readonly number[]): number {
  const between = correlation(first, second);
  return (2 * between) / (1 + between);
}
