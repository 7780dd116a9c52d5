import { auxiliaryLoss, compose, constantBeta, implicitReward, logistic, method, sumTokens, tf } from "@tokenwise/kit";
import type { AuxiliaryLoss, Method, TokenWeighter, TokenWeights } from "@tokenwise/kit";
import { paper, sparseOptions } from "./options.ts";
import { sparseMasks } from "./sparse-masks.ts";

/** λ Σ_t |m_t| over the responses of a pair, mean over the pairs: it makes a mask sparse. */
export const maskNorm = (side: keyof TokenWeights, weight: number): AuxiliaryLoss =>
  auxiliaryLoss({
    name: `mask-norm:${side}`,
    weight,
    // x · sign(x): the gradient of TensorFlow.js's abs is −1 at 0, where a sparse mask mostly is.
    sum: ({ batch }, { [side]: mask }) => tf.sum(sumTokens(tf.mul(mask, tf.sign(mask)), batch)),
    count: ({ batch }) => batch.prompts,
  });

/**
 * TDPO-1 with masks m^u of the log-ratio ρ and m^d of the divergence κ = KL(π_ref ‖ π), and gradients through all of it:
 *   s = Σ_t [ m^u_t ρ_t + m^d_t κ_t ],   L = mean −log σ(β (s_chosen − s_rejected))
 */
export const maskedTdpo = (weighter: TokenWeighter, beta: number): Method =>
  compose({ weighter, beta: constantBeta({ beta }), scorer: implicitReward({ divergence: 1 }), loss: logistic() });

/**
 * SparsePO: TDPO-1 under trained masks, with λ_u ‖m^u‖₁ + λ_d ‖m^d‖₁ of both responses; see `maskedTdpo` and `sparseMasks`.
 *
 * @param options.l1Reward, options.l1Divergence  λ_u and λ_d; of a common mask half of each, as in the released code.
 * @throws TW_E_OPTIONS  if a side is penalized that has no mask.
 */
export const sparsePo = method({
  name: "sparse-po",
  paper,
  options: sparseOptions,
  create({ beta, l1Reward, l1Divergence, ...options }) {
    const share = options.masks === "common" ? 0.5 : 1;
    const norms = [maskNorm("reward", share * l1Reward), maskNorm("divergence", share * l1Divergence)];
    return { ...maskedTdpo(sparseMasks(options), beta), auxiliaries: norms.filter(({ weight }) => weight > 0) };
  },
});
