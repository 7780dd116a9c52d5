import {
  candidate,
  overCandidates,
  overTokens,
  responseLengths,
  tf,
  weighter,
  type TokenWeighter,
} from "@tokenwise/kit";

/** Tokens beyond the length of the shorter response weigh α: with 0 length says nothing, with 1 this is DPO.  [Liu et al. 2024, LD-DPO] */
export const lengthDesensitized = ({ alpha = 0.5 } = {}): TokenWeighter =>
  weighter({
    name: "length-desensitized",
    options: { alpha },
    requires: { group: "pair" },
    weigh({ batch }) {
      const lengths = responseLengths(batch);
      const shorter = tf.minimum(candidate(lengths, 0), candidate(lengths, 1));
      const both = tf.mul(overCandidates(shorter), tf.onesLike(lengths));
      const position = tf.range(0, batch.responseMask.shape[1]!);
      const isShared = tf.cast(tf.less(position, overTokens(both)), "float32");
      return { reward: tf.add(isShared, tf.mul(alpha, tf.sub(1, isShared))) };
    },
  });
