import { rewards, targetPolicy, tf, type TargetPolicy } from "@tokenwise/kit";

export interface ZScoreOptions {
  /** β_r: how soft the targets are. */
  readonly temperature?: number;
  /** Added to the deviation; "none" divides by nothing. */
  readonly epsilon?: number | "none";
}

/** q = softmax((R − mean) / (std + ε) / β_r) over the candidates that exist; the deviation is that of a sample. */
export const zScoreTargets = ({ temperature = 0.5, epsilon = 1e-8 }: ZScoreOptions = {}): TargetPolicy =>
  targetPolicy({
    name: "z-score",
    needs: { rewards },
    targets({ batch: { candidateMask }, read }) {
      const count = tf.sum(candidateMask, 1, true);
      const mean = tf.div(tf.sum(tf.mul(read.rewards, candidateMask), 1, true), count);
      const centred = tf.mul(tf.sub(read.rewards, mean), candidateMask);
      const variance = tf.div(tf.sum(tf.square(centred), 1, true), tf.maximum(1, tf.sub(count, 1)));
      const advantages = epsilon === "none" ? centred : tf.div(centred, tf.add(tf.sqrt(variance), epsilon));
      const absent = tf.mul(-1e9, tf.sub(1, candidateMask));
      return tf.softmax(tf.add(tf.div(advantages, temperature), absent));
    },
  });
