/** How sure a mean over few seeds is: its variance has components, and of each little or much is known. */
import { cellMeans, type Differences } from "./crossed-differences.ts";
import { meanOf, twoSidedT } from "./interval.ts";

export interface Component {
  /** Of the variance of the mean. */
  readonly variance: number;
  readonly freedom: number;
}

/**
 * Of data seeds, of training seeds within them, and of prompts: those of which there is more than one. Means of data seeds differ by their
 * training seeds too; what these explain is not counted twice.
 */
export function componentsOf(differences: Differences): readonly Component[] {
  const cells = cellMeans(differences);
  const means = cells.map(meanOf);
  const prompts = differences[0]![0]!.map((_, prompt) => meanOf(differences.flat().map((values) => values[prompt]!)));
  const runs = cells.flatMap((ofData, data) => ofData.map((mean) => mean - means[data]!));
  const training = varianceOfMean(runs, runs.length - means.length);
  const data = varianceOfMean(means, means.length - 1);
  const components = [
    { variance: Math.max(0, data - training), freedom: means.length - 1 },
    { variance: training, freedom: runs.length - means.length },
    { variance: varianceOfMean(prompts, prompts.length - 1), freedom: prompts.length - 1 },
  ].filter(({ freedom }) => freedom > 0);
  if (components.length === 0) throw new RangeError("one run on one prompt says nothing of others");
  return components;
}

/** 0 where there is one value. */
function varianceOfMean(values: readonly number[], freedom: number): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return freedom > 0 ? squares / freedom / values.length : 0;
}

/**
 * Half of an interval, in standard errors: each component with the quantile of its own degrees of freedom,
 *
 *     h(c) = √( Σ V_i t(c, ν_i)² / Σ V_i )        V: variances of the mean, ν: one fewer than there are
 *
 * One t of pooled degrees of freedom is too small where few seeds happen to agree: its ν is then large just when the error is small.
 */
export function halfWidth(confidence: number, components: readonly Component[]): number {
  const total = components.reduce((sum, { variance }) => sum + variance, 0);
  const quantiles = components.map(({ freedom }) => twoSidedT(confidence, freedom));
  if (total === 0) return Math.max(...quantiles);
  return Math.sqrt(components.reduce((sum, { variance }, at) => sum + variance * quantiles[at]! ** 2, 0) / total);
}

/** The p at which the interval of confidence 1 − p ends at 0, by bisection. @param distance  of the mean from 0, in standard errors. */
export function outside(distance: number, components: readonly Component[]): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (halfWidth(1 - middle, components) > distance) low = middle;
    else high = middle;
  }
  return high;
}
