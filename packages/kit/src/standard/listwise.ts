import { preferenceLoss, type PreferenceLoss } from "../contract/parts.ts";
import { missingAway, overCandidates } from "../numerics/groups.ts";
import { noGrad } from "../numerics/tape.ts";
import { tf } from "../tensorflow.ts";

/**
 * ℓ = −Σ_i q_i log softmax(β s)_i over the candidates that exist; for a pair it is `logistic`.
 *
 * Metric `kl`: KL(q ‖ softmax(β s)), which is ℓ less the entropy of q.
 */
export const listwise = (): PreferenceLoss =>
  preferenceLoss({
    name: "listwise",
    loss({ batch: { candidateMask }, targets }, { scores, beta }) {
      const logits = missingAway(tf.mul(overCandidates(beta), scores), candidateMask);
      const loss = tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), 1));
      const kl = noGrad(() => tf.add(loss, tf.sum(tf.mul(targets, tf.log(tf.maximum(targets, 1e-37))), 1)));
      return { loss, metrics: { kl } };
    },
  });
