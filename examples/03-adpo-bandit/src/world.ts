/** A contextual bandit whose rewards are known: contexts, the items to choose from in each, and their true rewards. */
import { tf } from "@tokenwise/kit";

/** Items in a context, and features of a context and of an item. */
export const [groupSize, dimensions] = [8, 16];

/** Several worlds at once, one for each seed of the study: S on the first axis. */
export interface Worlds {
  /** How context and item act together, [S, D, D]. */
  readonly interaction: tf.Tensor3D;
  /** How the features act alone, [S, 2 D, 1]. */
  readonly slope: tf.Tensor3D;
  /** Where a shift of the distribution moves features to, [S, 1, 2 D]. */
  readonly direction: tf.Tensor3D;
}

/** Contexts with their items; row = context · groupSize + item. */
export interface Items {
  /** Features of the context, then of the item, [S, rows, 2 D]. */
  readonly features: tf.Tensor3D;
  /** The true rewards, [S, rows]. */
  readonly rewards: tf.Tensor2D;
}

/** The same seed gives the same first worlds, however many there are. */
export const makeWorlds = (seeds: number, seed: number): Worlds =>
  tf.tidy(() => ({
    interaction: tf.randomNormal<tf.Rank.R3>([seeds, dimensions, dimensions], 0, 1 / dimensions, "float32", seed),
    slope: tf.randomNormal<tf.Rank.R3>([seeds, 2 * dimensions, 1], 0, 1 / Math.sqrt(dimensions), "float32", seed + 1),
    direction: tf.randomNormal<tf.Rank.R3>([seeds, 1, 2 * dimensions], 0, 1, "float32", seed + 2),
  }));

/** @param shift  0: as in training; δ: features are scaled by 1 + δ and moved by δ along the world's direction */
export const drawItems = (worlds: Worlds, contexts: number, seed: number, shift = 0): Items =>
  tf.tidy(() => {
    const seeds = worlds.slope.shape[0];
    const context = tf.randomNormal([seeds, contexts, 1, dimensions], 0, 1, "float32", seed);
    const item = tf.randomNormal([seeds, contexts, groupSize, dimensions], 0, 1, "float32", seed + 1);
    const both = tf.concat([tf.tile(context, [1, 1, groupSize, 1]), item], 3);
    const drawn = tf.reshape(both, [seeds, contexts * groupSize, 2 * dimensions]);
    const features: tf.Tensor3D = tf.add(tf.mul(1 + shift, drawn), tf.mul(shift, worlds.direction));
    return { features, rewards: trueRewards(worlds, features) };
  });

/** R = cᵀ A x + tanh(wᵀ [c; x]) for a context c and an item x, [S, rows]. */
function trueRewards({ interaction, slope }: Worlds, features: tf.Tensor3D): tf.Tensor2D {
  const [context, item] = tf.split(features, 2, 2) as [tf.Tensor3D, tf.Tensor3D];
  const together: tf.Tensor2D = tf.sum(tf.mul(tf.matMul(context, interaction), item), 2);
  return tf.add(together, tf.tanh(tf.squeeze(tf.matMul(features, slope), [2])));
}
