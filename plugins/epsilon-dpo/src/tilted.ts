import { pick, tf, vocabulary } from "@tokenwise/kit";

/**
 * Log-probability of each response token under the policy moved by `tilt` away from the reference, [B, T], in nats:
 *
 *   log softmax(f + a (f − g))[y_t],   f, g: policy and reference logits
 *
 * a = 0 is the policy, a = −1 the reference; a stands for the policy that is optimal at β/(1 + a). A constant: no
 * gradient. Written with the difference f − g, so that equal logits give exactly the policy's log-probability for every a.
 */
export const tilted = vocabulary<{ readonly tilt: number }>("epsilon-dpo.tilted", {
  models: ["policy", "reference"],
  gradient: false,
  reduce(rows, { tilt }) {
    const policy = rows.logits("policy");
    const moved = tf.add(policy, tf.mul(tilt, tf.sub(policy, rows.logits("reference"))));
    return pick(tf.logSoftmax(moved), rows.ids);
  },
  closedForm: ({ tilt }) => ({ form: "tilted-log-prob", of: "policy", against: "reference", tilt }),
});
