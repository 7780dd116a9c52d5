import { intervalOfMean, type Interval } from "../statistics/interval.ts";
import type { RewardHistogram } from "./reward-histogram.ts";
import { leastEffectiveSamples, type CeilingOptions } from "./ceiling.ts";

export interface BestOfN {
  readonly n: number;
  /** Expected reward: mean over prompts, with a 95 % t interval over prompts. */
  readonly reward: Interval;
  /** log n − (n − 1)/n, nats: KL(best of n ‖ π_ref) is at most this. [Beirami et al. 2024] */
  readonly klBound: number;
  /** Of the prompt that has the fewest. */
  readonly effectiveSamples: number;
}

/** Best of 2, 4, 8, … samples of the reference, as far as the samples carry. */
export function bestOfN(
  histograms: readonly RewardHistogram[],
  { least = leastEffectiveSamples }: Pick<CeilingOptions, "least"> = {},
): readonly BestOfN[] {
  const points: BestOfN[] = [];
  for (let n = 2; ; n *= 2) {
    const ofPrompts = histograms.map((histogram) => expectedBest(histogram, n));
    const effectiveSamples = Math.min(...ofPrompts.map((one) => one.effectiveSamples));
    if (!(effectiveSamples >= least)) return points;
    const reward = intervalOfMean(ofPrompts.map((one) => one.reward));
    points.push({ n, reward, klBound: Math.log(n) - (n - 1) / n, effectiveSamples });
  }
}

/**
 * The expected largest reward among n distinct samples, exactly: the mean over all subsets of n of the N samples, unbiased for the
 * largest of n independent draws.
 *
 *     P(max ≤ v) = C(N_v, n) / C(N, n)        N_v: samples with a reward of v at most
 *
 * @returns effectiveSamples: (Σ w)² / Σ w², a sample's weight being the share of subsets that it is the best of; 0 if n > N.
 */
export function expectedBest(
  { rewards, counts }: RewardHistogram,
  n: number,
): { readonly reward: number; readonly effectiveSamples: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const order = rewards.map((_, index) => index).sort((a, b) => rewards[a]! - rewards[b]!);
  let upTo = 0;
  let before = 0;
  let reward = 0;
  let squares = 0;
  for (const index of order) {
    const count = counts[index]!;
    if (count === 0) continue;
    upTo += count;
    const now = shareOfSubsets(upTo, total, n);
    reward += (now - before) * rewards[index]!;
    squares += (now - before) ** 2 / count;
    before = now;
  }
  return { reward, effectiveSamples: n > total ? 0 : 1 / squares };
}

/** C(some, n) / C(all, n). */
function shareOfSubsets(some: number, all: number, n: number): number {
  let share = 1;
  for (let drawn = 0; drawn < n; drawn++) share *= Math.max(0, some - drawn) / (all - drawn);
  return share;
}
