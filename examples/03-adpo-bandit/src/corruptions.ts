/** Four kinds of corruption, each light, medium and heavy: what becomes of the rewards, or of the test contexts. */
import { tf } from "@tokenwise/kit";
import { groupSize } from "./world.ts";

export const severities = ["light", "medium", "heavy"] as const;

export interface Corruption {
  readonly name: string;
  /** One of each severity. */
  readonly levels: readonly [Level, Level, Level];
}

export interface Level {
  readonly description: string;
  /** The rewards that training sees, [S, rows], from the true ones; default: these. */
  readonly observed?: (rewards: tf.Tensor2D, seed: number) => tf.Tensor2D;
  /** Of the test contexts; see `drawItems`. */
  readonly shift?: number;
}

const noise = (deviation: number, outliers: number): Level => ({
  description: `σ ${deviation}, ${100 * outliers} % ×10`,
  observed(rewards, seed) {
    const isOutlier = happens(rewards.shape, outliers, seed);
    const scale = tf.mul(deviation, tf.add(1, tf.mul(9, isOutlier)));
    return tf.add(rewards, tf.mul(scale, tf.randomNormal(rewards.shape, 0, 1, "float32", seed + 1)));
  },
});

const shift = (size: number): Level => ({ description: `test features shifted by ${size}`, shift: size });

/** All rewards of a context change their sign: its best item is called the worst. */
const flips = (share: number): Level => ({
  description: `${100 * share} % of contexts`,
  observed(rewards, seed) {
    const [seeds, rows] = rewards.shape;
    const flipped = happens([seeds, rows / groupSize, 1], share, seed);
    const byContext = tf.reshape(rewards, [seeds, -1, groupSize]);
    return tf.reshape(tf.mul(byContext, tf.sub(1, tf.mul(2, flipped))), [seeds, rows]);
  },
});

const cauchy = (scale: number): Level => ({
  description: `scale ${scale}`,
  observed(rewards, seed) {
    const angle = tf.randomUniform(rewards.shape, -Math.PI / 2, Math.PI / 2, "float32", seed);
    return tf.add(rewards, tf.mul(scale, tf.tan(angle)));
  },
});

export const corruptions: readonly Corruption[] = [
  { name: "noise with outliers", levels: [noise(0.5, 0.05), noise(1, 0.1), noise(2, 0.2)] },
  { name: "distribution shift", levels: [shift(0.25), shift(0.5), shift(1)] },
  { name: "adversarial flips", levels: [flips(0.1), flips(0.2), flips(0.4)] },
  { name: "heavy tails (Cauchy)", levels: [cauchy(0.1), cauchy(0.5), cauchy(1)] },
];

/** 1 with a probability, else 0. */
const happens = (shape: number[], probability: number, seed: number): tf.Tensor =>
  tf.cast(tf.less(tf.randomUniform(shape, 0, 1, "float32", seed), probability), "float32");
