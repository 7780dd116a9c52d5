import { seedFrom, uniform } from "@tokenwise/core";
import { differencesFrom, type Differences, type SeededResult } from "./crossed-differences.ts";
import { holm } from "./holm.ts";
import { meanOf, outsideT, twoSidedT, type Interval } from "./interval.ts";

export interface PairedDifference {
  readonly method: string;
  /** Of this difference alone, at the confidence asked for. */
  readonly interval: Interval;
  /** All methods' intervals hold together with that confidence. [Bonferroni] */
  readonly simultaneous: Interval;
  /** Standard error by the bootstrap. */
  readonly error: number;
  /** Of Student's distribution. [Satterthwaite 1946], rounded down */
  readonly freedom: number;
  /** Two-sided, of no difference. */
  readonly p: number;
  /** Adjusted for the number of methods. [Holm 1979] */
  readonly adjustedP: number;
}

export interface PairedOptions {
  readonly results: readonly SeededResult[];
  /** The method from which the others differ. */
  readonly baseline: string;
  /** Of the resamples. */
  readonly seed: number;
  /** Default 2000. */
  readonly resamples?: number;
  /** In (0, 1); default 0.95. */
  readonly confidence?: number;
}

/**
 * How much better than the baseline each method is, over training seeds, draws of the data and prompts that all have in common.
 *
 * A resample draws data seeds with replacement, training seeds within each of them, and prompts, the same for all methods. The interval is
 * mean ± t · (standard error over resamples), with as many degrees of freedom as the components of the variance have: few data seeds make
 * wide intervals, because little is known of other data. Where there is one data seed (or training seed), nothing is said of others.
 *
 * @returns in alphabetical order.
 * @throws TW_E_NOT_PAIRED  if the results are not of the same seeds and prompts.
 * @throws RangeError  for a single run on a single prompt.
 */
export function pairedDifferences({
  results,
  baseline,
  seed,
  resamples = 2000,
  confidence = 0.95,
}: PairedOptions): readonly PairedDifference[] {
  const differences = differencesFrom(results, baseline);
  const [first] = differences.values();
  if (!first) return [];
  const errors = errorsOf([...differences.values()], uniform(seedFrom(seed, "paired differences")), resamples);
  const estimated = [...differences].map(([method, ofMethod], index) => {
    const [mean, error, freedom] = [meanOf(cellMeans(ofMethod).map(meanOf)), errors[index]!, freedomOf(ofMethod)];
    const p = error === 0 ? Number(mean === 0) : outsideT(mean / error, freedom);
    return { method, mean, error, freedom, p };
  });
  const adjusted = holm(estimated.map(({ p }) => p));
  return estimated.map(({ method, mean, error, freedom, p }, index) => {
    const within = (share: number): Interval => {
      const half = error === 0 ? 0 : twoSidedT(share, freedom) * error;
      return { mean, low: mean - half, high: mean + half };
    };
    const simultaneous = within(1 - (1 - confidence) / estimated.length);
    return { method, interval: within(confidence), simultaneous, error, freedom, p, adjustedP: adjusted[index]! };
  });
}

/** Standard deviation of the mean over resamples, which are the same for all methods. */
function errorsOf(all: readonly Differences[], random: () => number, resamples: number): readonly number[] {
  const sums = all.map(() => [0, 0] as [number, number]);
  const centers = all.map((one) => meanOf(cellMeans(one).map(meanOf)));
  const draw = (size: number, count = size): number[] =>
    Array.from({ length: count }, () => Math.floor(random() * size));
  const shape = all[0]!;
  // One fewer at the top: its variance is then that of the mean, not (n − 1)/n of it, which matters where n is 3. [Rao and Wu 1988]
  const dataSeeds = Math.max(1, shape.length - 1);
  const fewer = shape.length === 1 ? 1 : 0;
  for (let resample = 0; resample < resamples; resample++) {
    const cells = draw(shape.length, dataSeeds).map((data) => {
      const seeds = shape[data]!.length;
      return [data, draw(seeds, Math.max(1, seeds - fewer))] as const;
    });
    const prompts = draw(shape[0]![0]!.length);
    all.forEach((differences, method) => {
      const ofData = cells.map(([data, seeds]) =>
        meanOf(
          seeds.map((seed) => {
            const values = differences[data]![seed]!;
            return prompts.reduce((sum, prompt) => sum + values[prompt]!, 0) / prompts.length;
          }),
        ),
      );
      const deviation = meanOf(ofData) - centers[method]!;
      sums[method]![0] += deviation;
      sums[method]![1] += deviation ** 2;
    });
  }
  return sums.map(([sum, squares]) => Math.sqrt(Math.max(0, squares / resamples - (sum / resamples) ** 2)));
}

/**
 * Of a sum of variances, each estimated with degrees of freedom of its own.
 *
 *     ν = (Σ V_i)² / Σ V_i² / ν_i        V: of data seeds, of training seeds within them, of prompts
 */
function freedomOf(differences: Differences): number {
  const cells = cellMeans(differences);
  const means = cells.map(meanOf);
  const runs = cells.flat().length;
  const prompts = differences[0]![0]!.map((_, prompt) => meanOf(differences.flat().map((values) => values[prompt]!)));
  const within = cells.flatMap((ofData, data) => ofData.map((mean) => (mean - means[data]!) ** 2));
  const components = [
    { squares: squaresOf(means), freedom: means.length - 1, size: means.length ** 2 },
    { squares: within.reduce((sum, value) => sum + value, 0), freedom: runs - means.length, size: runs ** 2 },
    { squares: squaresOf(prompts), freedom: prompts.length - 1, size: prompts.length ** 2 },
  ].filter(({ freedom }) => freedom > 0);
  if (components.length === 0) throw new RangeError("one run on one prompt says nothing of others");
  const variances = components.map(({ squares, freedom, size }) => ({ variance: squares / size, freedom }));
  const total = variances.reduce((sum, { variance }) => sum + variance, 0);
  if (total === 0) return Math.min(...variances.map(({ freedom }) => freedom));
  const spread = variances.reduce((sum, { variance, freedom }) => sum + variance ** 2 / freedom, 0);
  return Math.max(1, Math.floor(total ** 2 / spread));
}

const cellMeans = (differences: Differences): readonly (readonly number[])[] =>
  differences.map((ofData) => ofData.map(meanOf));

function squaresOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
