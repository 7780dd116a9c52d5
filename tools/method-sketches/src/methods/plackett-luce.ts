import { overCandidates, preferenceLoss, tf, type PreferenceLoss } from "@tokenwise/kit";

/**
 * −log of the probability that the candidates are drawn in the order of their targets, per place:
 *
 *   ℓ = mean over places k < n of logsumexp(u_k, …, u_n) − u_k,     u = β s;  equal targets: the earlier candidate first
 */
export const plackettLuce = (): PreferenceLoss =>
  preferenceLoss({
    name: "plackett-luce",
    loss({ targets, batch: { candidateMask, groupSize } }, { scores, beta }) {
      const missingLast = tf.add(targets, tf.sub(candidateMask, 1));
      const { indices } = tf.topk(missingLast, groupSize);
      // A product with one-hot rows [P, place, G]: a gather along an axis has no gradient.
      const order = tf.cast(tf.oneHot(tf.cast(indices, "int32") as tf.Tensor1D, groupSize), "float32");
      const placed = (x: tf.Tensor) => tf.sum(tf.mul(order, tf.reshape(x, [-1, 1, groupSize])), 2);
      const [logits, exists] = [placed(tf.mul(overCandidates(beta), scores)), placed(candidateMask)];
      const fromHere = tf.linalg.bandPart(tf.ones([groupSize, groupSize]), 0, -1); // [k, j ≥ k]
      const drawable = tf.mul(fromHere, tf.expandDims(exists, 1));
      const remaining = tf.sub(tf.expandDims(logits, 1), tf.mul(1e9, tf.sub(1, drawable)));
      const after = tf.sub(tf.cumsum(exists, 1, false, true), exists);
      const counted = tf.cast(tf.greater(after, 0), "float32"); // the last place is certain
      const perPlace = tf.mul(counted, tf.sub(tf.logSumExp(remaining, 2), logits));
      return { loss: tf.div(tf.sum(perPlace, 1), tf.sum(counted, 1)) };
    },
  });
