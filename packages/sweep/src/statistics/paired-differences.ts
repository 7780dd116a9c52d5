import { seedFrom, uniform } from "@tokenwise/core";
import { cellMeans, differencesFrom, type Differences, type SeededResult } from "./crossed-differences.ts";
import { holm } from "./holm.ts";
import { meanOf, type Interval } from "./interval.ts";
import { componentsOf, halfWidth, outside } from "./variance-components.ts";

export interface PairedDifference {
  readonly method: string;
  /** Of this difference alone, at the confidence asked for. */
  readonly interval: Interval;
  /** All methods' intervals hold together with that confidence. [Bonferroni] */
  readonly simultaneous: Interval;
  /** Standard error by the bootstrap. */
  readonly error: number;
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
 * mean ± h · (standard error over resamples), see `halfWidth`: few data seeds make wide intervals, because little is known of other data.
 * Where there is one data seed (or training seed), nothing is said of others.
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
    const [mean, error, components] = [meanOf(cellMeans(ofMethod).map(meanOf)), errors[index]!, componentsOf(ofMethod)];
    const p = error === 0 ? Number(mean === 0) : outside(Math.abs(mean) / error, components);
    return { method, mean, error, components, p };
  });
  const adjusted = holm(estimated.map(({ p }) => p));
  return estimated.map(({ method, mean, error, components, p }, index) => {
    const within = (share: number): Interval => {
      const half = error * halfWidth(share, components);
      return { mean, low: mean - half, high: mean + half };
    };
    const simultaneous = within(1 - (1 - confidence) / estimated.length);
    return { method, interval: within(confidence), simultaneous, error, p, adjustedP: adjusted[index]! };
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
