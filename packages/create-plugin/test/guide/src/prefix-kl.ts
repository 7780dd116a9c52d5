import { forwardKl, logRatio, part, scorer, sumTokens, tf } from "@tokenwise/kit";
import { z } from "zod";

/**
 * The log-ratio of a response and the divergence of its prefixes:
 *
 *   s = Σ_t [ w_t ρ_t + α v_t κ_t ],   κ_t = KL(π_ref(·|y_<t) ‖ π(·|y_<t))        [Zeng et al. 2024: α = 1 is TDPO-1]
 *
 * @param options.alpha  α, dimensionless. Paper: 1.
 * @returns s [P, G], in nats, on the tape. Metric: `kl`, Σ κ_t of each response.
 * @throws TW_E_OPTIONS  for options that the schema refuses.
 * @see https://arxiv.org/abs/2404.11999
 */
export const prefixKl = part({
  name: "prefix-kl",
  options: z.object({ alpha: z.number().min(0).default(1).describe("α: what the divergence weighs; 0 gives DPO") }),
  create: ({ alpha }) =>
    scorer({
      name: "prefix-kl",
      needs: { ratio: logRatio, kl: forwardKl },
      score({ batch, read }, weights) {
        const ratio = sumTokens(tf.mul(weights.reward, read.ratio), batch); // Σ w ρ, [P, G]
        const kl = sumTokens(tf.mul(weights.divergence, read.kl), batch); // Σ v κ, [P, G]
        return { score: tf.add(ratio, tf.mul(alpha, kl)), metrics: { kl } };
      },
    }),
});
