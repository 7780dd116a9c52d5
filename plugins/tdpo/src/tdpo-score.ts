import {
  forwardKl,
  logRatio,
  part,
  responseLengths,
  scorer,
  stopGradient,
  sumTokens,
  tf,
  type PerCandidate,
  type PerPrompt,
  type PerToken,
} from "@tokenwise/kit";
import { alphaOf, scoreOptions } from "./options.ts";
import { paper } from "./paper.ts";

/**
 * The score of a response with the divergence of its prefixes:
 *
 *   m = Σ_t w_t ρ_t,   ρ_t = log π(y_t) − log π_ref(y_t)
 *   D = Σ_t v_t κ_t,   κ_t = KL(π_ref(·|y_<t) ‖ π(·|y_<t)) over the whole vocabulary
 *
 *   TDPO-1: s = m + D                                                           [Zeng et al. 2024, the loss L_TDPO1]
 *   TDPO-2: s = m + α D, where D of the preferred response is a constant        [Zeng et al. 2024, the loss L_TDPO2]
 *
 * The margin of a pair is then m_w − m_l − (D_l − D_w), or m_w − m_l − α (D_l − sg D_w). Token weights w and v are 1 unless
 * the method has a weighter.
 *
 * @param options.variant  Default: "tdpo2".
 * @param options.alpha    α of TDPO-2, dimensionless, inside of β; 0 gives DPO. Paper: 0.5.
 * @param options.length   "mean" divides m and D by the number of response tokens.
 * @returns s [P, G], in nats, on the tape. The reward that is logged (times β) is m + D, whatever α. Metrics: `kl-chosen`,
 *   `kl-rejected` (D of the preferred response, and the mean D of the others), `kl-margin` (rejected − chosen), in nats.
 * @throws TW_E_OPTIONS  for options that the schema refuses, or α beside "tdpo1".
 * @see https://arxiv.org/abs/2404.11999
 * Deviations: see the readme.
 */
export const tdpoScore = part({
  name: "tdpo-score",
  paper,
  options: scoreOptions,
  create(options) {
    const { variant, length } = options;
    const alpha = alphaOf(options);
    return scorer({
      name: "tdpo-score",
      needs: { ratio: logRatio, kl: forwardKl },
      score({ batch, read, preferred }, weights) {
        const scale = length === "mean" ? responseLengths(batch) : tf.scalar(1);
        const perCandidate = (tokens: PerToken): PerCandidate => tf.div(sumTokens(tokens, batch), scale);
        const ratio = perCandidate(tf.mul(weights.reward, read.ratio)); // m
        const divergence = perCandidate(tf.mul(weights.divergence, read.kl)); // D
        const others: PerCandidate = tf.mul(batch.candidateMask, tf.sub(1, preferred));
        const half = tf.add(tf.mul(preferred, stopGradient(divergence)), tf.mul(others, divergence));
        const used = variant === "tdpo2" ? half : divergence;
        const chosen: PerPrompt = tf.sum(tf.mul(preferred, divergence), 1);
        const rejected: PerPrompt = tf.div(tf.sum(tf.mul(others, divergence), 1), tf.maximum(1, tf.sum(others, 1)));
        return {
          score: tf.add(ratio, tf.mul(alpha, used)),
          reward: tf.add(ratio, divergence),
          metrics: { "kl-chosen": chosen, "kl-rejected": rejected, "kl-margin": tf.sub(rejected, chosen) },
        };
      },
    });
  },
});
