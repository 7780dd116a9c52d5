import { inputGradient, overTokens, part, responseLengths, sumTokens, tf, weighter } from "@tokenwise/kit";
import { weightOptions } from "./options.ts";
import { paper } from "./paper.ts";
import { priorShare } from "./prior-share.ts";

/**
 * Token weights from how much each token moves what the policy would say after the response, mixed with a Gaussian over positions:
 *
 *   I_t = ‖∂ max_v logit_v(after the last token) / ∂e_t‖          Î = I/ΣI          P̂ = P/ΣP, see `priorShare`
 *   w_t = n (λ Î_t + (1 − λ) P̂_t)                                              [Yang et al. 2025, Eq. 5–8; the released code]
 *
 * over a span of n tokens, in which they have the mean 1. Where nothing is attributed, the prior stands alone.
 *
 * @param options.lambda  λ in [0, 1]; 0 computes no attribution. Paper: 0.7; released configuration: 0.2.
 * @param options.span    The sequence, as the released code, or the response. Of a span of one token the weight is 1.
 * @returns reward weights [B, T], constants; the divergence is not weighed. Metric: `mean`, of the weights of a response.
 * @throws TW_E_OPTIONS  for options that the schema refuses.
 * @see https://arxiv.org/abs/2505.19653
 * Deviations: see the readme.
 */
export const attributionWeights = part({
  name: "attribution-weights",
  paper,
  options: weightOptions,
  create: ({ lambda, priorDivisor, span, norm }) =>
    weighter({
      name: "attribution-weights",
      needs: { attribution: lambda > 0 ? inputGradient({ norm }) : undefined },
      weigh({ batch, read: { attribution } }) {
        const ofPrompt = tf.mul(tf.reshape(batch.promptLengths, [-1, 1]), tf.onesLike(batch.candidateMask));
        const first = span === "response" ? tf.zerosLike(batch.candidateMask) : ofPrompt;
        const length = tf.add(first, sumTokens(batch.responseMask, batch)); // n, [P, G]
        let share = priorShare({ first, length, width: batch.responseMask.shape[1]!, divisor: priorDivisor });
        if (attribution) {
          const { response, sequenceTotal } = attribution;
          const total = overTokens(span === "response" ? sumTokens(response, batch) : sequenceTotal);
          const mixed = tf.add(tf.mul(lambda, tf.divNoNan(response, total)), tf.mul(1 - lambda, share));
          share = tf.where(tf.greater(total, 0), mixed, share);
        }
        const reward = tf.mul(tf.mul(overTokens(length), share), batch.responseMask);
        return { reward, metrics: { mean: tf.div(sumTokens(reward, batch), responseLengths(batch)) } };
      },
    }),
});
