import { meanOf } from "../statistics/interval.ts";
import { optimalPolicy, type Tilted } from "./optimal-policy.ts";
import type { RewardHistogram } from "./reward-histogram.ts";

/** What is computed from fewer effective samples of some prompt is not shown. */
export const leastEffectiveSamples = 200;

/** π*_β of every prompt at one β. */
export interface CeilingPoint {
  readonly beta: number;
  /** Mean over prompts. */
  readonly reward: number;
  /** Half of the 95 % interval that finite samples leave of the reward at this KL. */
  readonly halfWidth: number;
  /** Mean over prompts of KL(π* ‖ π_ref), nats. */
  readonly kl: number;
  /** Of the prompt that has the fewest. */
  readonly effectiveSamples: number;
  /** P² / Σ_p 1/n_p: the number of samples in all with the same variance of the mean over prompts. */
  readonly pooledSamples: number;
}

/** The largest mean reward of any policy with a given mean KL. */
export interface Bound {
  readonly reward: number;
  /** Half of the 95 % interval that finite samples leave. */
  readonly halfWidth: number;
  /** Whether some policy reaches it; else the samples do not reach this far and it is only known that no policy is above. */
  readonly reached: boolean;
}

export interface Ceiling {
  /** From the largest β down to the smallest that has enough samples. */
  readonly points: readonly CeilingPoint[];
  /** @param kl Mean KL(π ‖ π_ref) over the same prompts, nats. */
  readonly at: (kl: number) => Bound;
}

export interface CeilingOptions {
  /** What is computed from fewer effective samples of some prompt is not shown. Default: 200. */
  readonly least?: number;
  /** The largest reward that there can be, where one is known. */
  readonly largest?: number;
}

/** 20 to 0.01, from weak to strong, in halves of the range of the rewards. */
const betas = Array.from({ length: 153 }, (_, index) => 20 * 0.951 ** index);
/** So weak that the policy is the reference's; in the same unit. */
const weakest = 1e4;
const normalQuantile = 1.96;

/**
 * The largest mean reward that a KL allows, from samples of the reference.
 *
 *     F(k) = max { mean_p E_π[r] : mean_p KL(π ‖ π_ref) ≤ k } = min_β β (k + mean_p log Z_p(β))        Z_p(β) = E_ref[exp(r/β)]
 *
 * The maximum is reached by π*_β of one β for all prompts; every β gives an upper bound, because
 * E_π[r] − β KL(π ‖ π_ref) = β log Z − β KL(π ‖ π*_β). An error of log Z is therefore the only one that F has at a given KL.
 *
 * @throws RangeError if there are too few samples for any β.
 */
export function ceilingOf(
  histograms: readonly RewardHistogram[],
  { least = leastEffectiveSamples, largest = Infinity }: CeilingOptions = {},
): Ceiling {
  const unit = Math.max(...histograms.map(halfRange)) || 1;
  const scaled = betas.map((beta) => beta * unit);
  const sound = (beta: number) => pointAt(histograms, beta).effectiveSamples >= least;
  const end = scaled.findIndex((beta) => !sound(beta));
  const usable = end < 0 ? scaled : scaled.slice(0, end);
  const strongest = usable.at(-1);
  if (strongest === undefined) throw new RangeError(`fewer than ${least} effective samples for some prompt at every β`);
  const points = usable.map((beta) => pointAt(histograms, beta));
  return {
    points,
    at(kl) {
      const reached = kl <= points.at(-1)!.kl;
      const beta = reached ? betaWithKl(histograms, kl, [strongest, weakest * unit]) : strongest;
      const policies = histograms.map((histogram) => optimalPolicy(histogram, beta));
      const bound = beta * (kl + meanOf(policies.map(({ logPartition }) => logPartition)));
      return { reward: Math.min(bound, largest), halfWidth: halfWidthOf(policies, beta), reached };
    },
  };
}

function halfRange({ rewards, counts }: RewardHistogram): number {
  const seen = rewards.filter((_, index) => counts[index]! > 0);
  return (Math.max(...seen) - Math.min(...seen)) / 2;
}

const halfWidthOf = (policies: readonly Tilted[], beta: number): number =>
  normalQuantile * beta * Math.sqrt(meanOf(policies.map(({ variance }) => variance)) / policies.length);

function pointAt(histograms: readonly RewardHistogram[], beta: number): CeilingPoint {
  const policies = histograms.map((histogram) => optimalPolicy(histogram, beta));
  return {
    beta,
    reward: meanOf(policies.map(({ reward }) => reward)),
    halfWidth: halfWidthOf(policies, beta),
    kl: meanOf(policies.map(({ kl }) => kl)),
    effectiveSamples: Math.min(...policies.map(({ effectiveSamples }) => effectiveSamples)),
    pooledSamples: policies.length / meanOf(policies.map(({ effectiveSamples }) => 1 / effectiveSamples)),
  };
}

/** The β whose policies have this mean KL, by bisection of log β: the KL falls as β grows. */
function betaWithKl(
  histograms: readonly RewardHistogram[],
  kl: number,
  [smallest, largest]: readonly [number, number],
): number {
  let low = Math.log(smallest);
  let high = Math.log(largest);
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (pointAt(histograms, Math.exp(middle)).kl > kl) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}
