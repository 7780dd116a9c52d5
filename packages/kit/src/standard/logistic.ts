import { preferenceLoss, type PreferenceLoss } from "../contract/parts.ts";
import { candidate, margin } from "../numerics/groups.ts";
import { logSigmoid } from "../numerics/log-sigmoid.ts";
import type { PerPrompt } from "../contract/axes.ts";
import { tf } from "../tensorflow.ts";

/**
 * ℓ = −q_0 log σ(h) − q_1 log σ(−h),   h = β (s_0 − s_1) − offset       [Rafailov et al. 2023, Eq. 7; offset: SimPO's γ]
 *
 * Soft targets q are label smoothing.
 */
export const logistic = ({ offset = 0 }: { readonly offset?: number } = {}): PreferenceLoss =>
  preferenceLoss({
    name: "logistic",
    options: { offset },
    requires: { group: "pair" },
    loss({ targets }, { scores, beta }) {
      const h: PerPrompt = tf.sub(tf.mul(beta, margin(scores)), offset);
      const preferred = tf.mul(candidate(targets, 0), logSigmoid(h));
      const dispreferred = tf.mul(candidate(targets, 1), logSigmoid(tf.neg(h)));
      return { loss: tf.neg(tf.add(preferred, dispreferred)) };
    },
  });
