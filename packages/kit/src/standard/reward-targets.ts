/** Target probabilities from rewards. Equal rewards give even targets, whatever their size. */
import type { PerCandidate } from "../contract/axes.ts";
import { targetPolicy, type TargetPolicy } from "../contract/parts.ts";
import { softmaxOver } from "../numerics/groups.ts";
import { rewards } from "../requests/dataset.ts";
import type { Json } from "../requests/request.ts";
import { tf } from "../tensorflow.ts";

/** What becomes of the rewards of a group before the softmax. */
export interface RewardTransform {
  readonly name: string;
  readonly options?: Json;
  /** `below`: how far each reward is below the largest of its group, ≤ 0; 0 for missing candidates. */
  of(below: PerCandidate, exists: PerCandidate): PerCandidate;
}

/** R itself; R less the mean of its group gives the same targets. */
export const rawRewards: RewardTransform = { name: "raw", of: (below) => below };

/** (R − mean) / (std + ε), the deviation that of a sample. */
export const zScore = ({ epsilon = 1e-8 }: { readonly epsilon?: number } = {}): RewardTransform => ({
  name: "z-score",
  options: { epsilon },
  of(below, exists) {
    const mean = tf.div(tf.sum(below, 1, true), tf.sum(exists, 1, true));
    const centred = tf.mul(tf.sub(below, mean), exists);
    const freedom = tf.maximum(1, tf.sub(tf.sum(exists, 1, true), 1));
    const largest = tf.max(tf.abs(centred), 1, true); // squares of large rewards overflow
    const squares = tf.sum(tf.square(tf.divNoNan(centred, largest)), 1, true);
    const deviation = tf.mul(largest, tf.sqrt(tf.div(squares, freedom)));
    return tf.divNoNan(centred, tf.add(deviation, epsilon));
  },
});

export interface RewardTargetsOptions {
  readonly by?: RewardTransform;
  /** Of the softmax: smaller is harder. */
  readonly temperature?: number;
}

/** q = softmax(f(R) / temperature) over the candidates that exist. */
export const rewardTargets = ({ by = zScore(), temperature = 0.5 }: RewardTargetsOptions = {}): TargetPolicy =>
  targetPolicy({
    name: "reward-targets",
    soft: true,
    options: { by: by.name, of: by.options ?? null, temperature },
    needs: { rewards },
    targets: ({ batch: { candidateMask: exists }, read }) =>
      softmaxOver(tf.div(by.of(belowBest(read.rewards, exists), exists), temperature), exists),
  });

/** All on the candidate with the largest reward; equals share it. */
export const bestTargets = (): TargetPolicy =>
  targetPolicy({
    name: "best-targets",
    needs: { rewards },
    targets({ batch: { candidateMask: exists }, read }) {
      const best = tf.mul(tf.cast(tf.equal(belowBest(read.rewards, exists), 0), "float32"), exists);
      return tf.div(best, tf.sum(best, 1, true));
    },
  });

/** Equal rewards are 0 exactly: a mean would leave rounding, which a deviation divides by itself. */
function belowBest(rewards: PerCandidate, exists: PerCandidate): PerCandidate {
  const known = tf.where(tf.greater(exists, 0), rewards, tf.fill(rewards.shape, -Infinity));
  const best = tf.max(known, 1, true);
  return tf.where(tf.greater(exists, 0), tf.sub(rewards, best), tf.zerosLike(rewards));
}
