/** How the reference follows the policy; without one of these it is fixed. */
import { anchorPolicy, type AnchorPolicy } from "../contract/anchor.ts";
import { sequenceSum, logRatio } from "./log-probs.ts";
import { tf } from "../tensorflow.ts";

/** reference ← keep·reference + (1 − keep)·policy after every step: an exponential moving average. */
export const movingAverage = ({ keep = 0.99 }: { readonly keep?: number } = {}): AnchorPolicy =>
  anchorPolicy({ name: "moving-average", options: { keep }, keep: () => keep });

/** The reference becomes a copy of the policy after every so many steps. */
export const copyEvery = ({ steps = 1 }: { readonly steps?: number } = {}): AnchorPolicy =>
  anchorPolicy({
    name: "copy-every",
    options: { steps },
    state: { signals: [], init: (): number => 0, update: (_, { step }) => step },
    keep: (step) => (step % steps === 0 ? 0 : 1),
  });

export interface CopyOnDriftOptions {
  /** In nats. */
  readonly threshold?: number;
  /** Steps that the mean is over. */
  readonly window?: number;
}

/**
 * The reference becomes a copy of the policy once |log π(y) − log π_ref(y)|, a mean over the candidates of the last steps, is above a
 * threshold. The steps are then counted anew.
 */
export function copyOnDrift({ threshold = 0.1, window = 10 }: CopyOnDriftOptions = {}): AnchorPolicy {
  const isOver = (seen: readonly number[]): boolean =>
    seen.length === window && seen.reduce((sum, drift) => sum + drift, 0) / window > threshold;
  return anchorPolicy({
    name: "copy-on-drift",
    options: { threshold, window },
    needs: { ratio: sequenceSum(logRatio) },
    state: {
      signals: ["drift"],
      init: (): readonly number[] => [],
      update: (seen, { signal }) => [...(isOver(seen) ? [] : seen), signal.drift.mean].slice(-window),
    },
    observe({ read, batch: { candidateMask } }) {
      const drift = tf.sum(tf.mul(tf.abs(read.ratio), candidateMask), 1);
      return { drift: tf.div(drift, tf.sum(candidateMask, 1)) };
    },
    keep: (seen) => (isOver(seen) ? 0 : 1),
  });
}
