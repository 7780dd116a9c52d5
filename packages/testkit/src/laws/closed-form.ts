import { tf, type ClosedForm, type Role } from "@tokenwise/kit";

/** A closed form by its formula, for rows of logits [n, V] and the tokens that follow [n] → [n]. */
export function closedFormOf(form: ClosedForm, logits: (role: Role) => tf.Tensor, ids: tf.Tensor1D): tf.Tensor {
  const f = logits(form.of);
  const logP = tf.logSoftmax(f);
  const taken = (logProbs: tf.Tensor) => tf.sum(tf.mul(logProbs, tf.oneHot(ids, logProbs.shape[1]!)), 1);
  switch (form.form) {
    case "log-prob":
      return taken(logP);
    case "entropy":
      return tf.neg(tf.sum(tf.mul(tf.exp(logP), logP), 1));
    case "log-sum-squares":
      return tf.logSumExp(tf.mul(2, logP), 1);
    case "divergence":
      return tf.sum(tf.mul(tf.exp(logP), tf.sub(logP, tf.logSoftmax(logits(form.against)))), 1);
    case "tilted-log-prob":
      return taken(tf.logSoftmax(tf.add(f, tf.mul(form.tilt, tf.sub(f, logits(form.against))))));
  }
}
