/** Reductions over the whole vocabulary at each response position, [B, T], in nats. */
import { vocabulary } from "../requests/vocabulary.ts";
import { tf } from "../tensorflow.ts";

const expectation = (logProbs: tf.Tensor, values: tf.Tensor): tf.Tensor => tf.sum(tf.mul(tf.exp(logProbs), values), 1);

/** KL(π_ref ‖ π). */
export const forwardKl = vocabulary("forward-kl", {
  models: ["policy", "reference"],
  gradient: true,
  reduce(rows) {
    const [policy, reference] = [rows.logProbs("policy"), rows.logProbs("reference")];
    return expectation(reference, tf.sub(reference, policy));
  },
  closedForm: () => ({ form: "divergence", of: "reference", against: "policy" }),
})(null);

/** KL(π ‖ π_ref). */
export const reverseKl = vocabulary("reverse-kl", {
  models: ["policy", "reference"],
  gradient: true,
  reduce(rows) {
    const [policy, reference] = [rows.logProbs("policy"), rows.logProbs("reference")];
    return expectation(policy, tf.sub(policy, reference));
  },
  closedForm: () => ({ form: "divergence", of: "policy", against: "reference" }),
})(null);

/** −Σ_v π(v) log π(v). */
export const entropy = vocabulary("entropy", {
  models: ["policy"],
  gradient: true,
  reduce: (rows) => tf.neg(expectation(rows.logProbs("policy"), rows.logProbs("policy"))),
  closedForm: () => ({ form: "entropy", of: "policy" }),
})(null);

/** The entropy as a share of the largest possible, log V, in [0, 1], without a gradient. */
export const relativeEntropy = vocabulary("relative-entropy", {
  models: ["policy"],
  gradient: false,
  reduce(rows) {
    const logProbs = rows.logProbs("policy");
    return tf.div(tf.neg(expectation(logProbs, logProbs)), Math.log(logProbs.shape[1]!));
  },
})(null);

/** log Σ_v π(v)², without a gradient. */
export const logSumSquares = vocabulary("log-sum-squares", {
  models: ["policy"],
  gradient: false,
  reduce: (rows) => tf.logSumExp(tf.mul(2, rows.logProbs("policy")), 1),
  closedForm: () => ({ form: "log-sum-squares", of: "policy" }),
})(null);
