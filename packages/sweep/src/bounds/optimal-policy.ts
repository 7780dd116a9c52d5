import type { RewardHistogram } from "./reward-histogram.ts";

/** What a policy for one prompt is worth, as far as samples of the reference tell. */
export interface Tilted {
  readonly reward: number;
  /** KL(π* ‖ π_ref), nats. */
  readonly kl: number;
  /** log E_ref[exp(r/β)]. */
  readonly logPartition: number;
  /** (Σ w)² / Σ w² over the samples: how many samples of π* itself would be about as good. [Kish 1965] */
  readonly effectiveSamples: number;
  /** Variance of the estimated log partition, by the delta method: 1 / effective samples − 1 / samples. */
  readonly variance: number;
}

/**
 * The policy with the largest expected r − β KL(π ‖ π_ref), π*(y) ∝ π_ref(y) exp(r(y)/β), by self-normalized importance sampling.
 *
 *     E*[r] = Σ w r / Σ w        w = exp(r/β)        KL(π* ‖ π_ref) = E*[r]/β − log E_ref[w]
 *
 * @param beta In units of reward.
 * @see Rafailov et al. 2023, Eq. 4
 */
export function optimalPolicy({ rewards, counts }: RewardHistogram, beta: number): Tilted {
  const largest = Math.max(...rewards.filter((_, index) => counts[index]! > 0));
  let samples = 0;
  let weights = 0;
  let squares = 0;
  let weightedRewards = 0;
  rewards.forEach((reward, index) => {
    const count = counts[index]!;
    if (count === 0) return;
    // Relative to the largest, so that nothing overflows at a small β.
    const weight = Math.exp((reward - largest) / beta);
    samples += count;
    weights += count * weight;
    squares += count * weight ** 2;
    weightedRewards += count * weight * reward;
  });
  const reward = weightedRewards / weights;
  const logPartition = largest / beta + Math.log(weights / samples);
  const effectiveSamples = weights ** 2 / squares;
  return {
    reward,
    kl: reward / beta - logPartition,
    logPartition,
    effectiveSamples,
    variance: Math.max(0, 1 / effectiveSamples - 1 / samples),
  };
}
