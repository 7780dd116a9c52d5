import { inputGradient, overTokens, tf, weighter, type TokenWeighter } from "@tokenwise/kit";

export interface AttributionWeightsOptions {
  /** Share of the attribution; the rest is a Gaussian prior over positions. */
  readonly lambda?: number;
  /** σ of the prior is the sequence length over this, at least 1. */
  readonly priorDivisor?: number;
}

/**
 * w = n (λ Î + (1 − λ) P̂) over prompt and response of n tokens, of mean 1 there.
 *
 * Î: attribution of the last position's largest logit to the input tokens; P̂: a Gaussian in the middle; both of sum 1.
 */
export const attributionWeights = ({ lambda = 0.2, priorDivisor = 8 }: AttributionWeightsOptions = {}): TokenWeighter =>
  weighter({
    name: "attribution-weights",
    needs: { attribution: inputGradient({ norm: "l1" }) },
    weigh({ batch, read: { attribution } }) {
      const ofPrompt = tf.mul(tf.reshape(batch.promptLengths, [-1, 1]), tf.onesLike(batch.candidateMask));
      const prompt = overTokens(ofPrompt);
      const n = tf.add(prompt, tf.sum(batch.responseMask, 1, true));
      const middle = tf.div(tf.sub(n, 1), 2);
      const sigma = tf.maximum(1, tf.div(n, priorDivisor));
      const prior = (position: tf.Tensor) => tf.exp(tf.mul(-0.5, tf.square(tf.div(tf.sub(position, middle), sigma))));
      const everywhere = tf.range(0, tf.max(n).dataSync()[0]!);
      const priorTotal = tf.sum(tf.mul(prior(everywhere), tf.less(everywhere, n)), 1, true);
      const here = prior(tf.add(prompt, tf.range(0, batch.responseMask.shape[1]!)));
      const total = overTokens(attribution.sequenceTotal);
      const unattributed = tf.equal(total, 0);
      const share = tf.where(unattributed, tf.onesLike(total), tf.fill(total.shape, 1 - lambda));
      const mixed = tf.add(
        tf.mul(lambda, tf.divNoNan(attribution.response, total)),
        tf.mul(share, tf.div(here, priorTotal)),
      );
      return { reward: tf.mul(tf.mul(n, mixed), batch.responseMask) };
    },
  });
