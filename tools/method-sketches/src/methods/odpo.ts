import { logSigmoid, margin, preferenceLoss, rewards, tf, type PerPrompt, type PreferenceLoss } from "@tokenwise/kit";

/** ℓ = −log σ(β Δs − α log(reward gap)): the better the preferred response, the larger the margin it must have. */
export const odpo = ({ alpha = 1 } = {}): PreferenceLoss =>
  preferenceLoss({
    name: "odpo",
    needs: { rewards },
    requires: { group: "pair" },
    loss({ read }, { scores, beta }) {
      const offset = tf.mul(alpha, tf.log(margin(read.rewards)));
      const h: PerPrompt = tf.sub(tf.mul(beta, margin(scores)), offset);
      return { loss: tf.neg(logSigmoid(h)) };
    },
  });
