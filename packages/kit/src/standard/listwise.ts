import { preferenceLoss, type PreferenceLoss } from "../contract/parts.ts";
import { overCandidates } from "../numerics/groups.ts";
import { tf } from "../tensorflow.ts";

/** ℓ = −Σ_i q_i log softmax(β s)_i over the candidates that exist; for a pair it is `logistic`. */
export const listwise = (): PreferenceLoss =>
  preferenceLoss({
    name: "listwise",
    loss({ batch: { candidateMask }, targets }, { scores, beta }) {
      const absent = tf.mul(-1e9, tf.sub(1, candidateMask));
      const logits = tf.add(tf.mul(tf.mul(overCandidates(beta), scores), candidateMask), absent);
      return { loss: tf.neg(tf.sum(tf.mul(tf.mul(targets, candidateMask), tf.logSoftmax(logits)), 1)) };
    },
  });
