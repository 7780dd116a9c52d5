import { compose, constantBeta, implicitReward, logistic, method, reverseKl } from "@tokenwise/kit";
import { importanceWeights } from "./importance-weights.ts";
import { methodOptions } from "./options.ts";
import { paper } from "./paper.ts";

/**
 * TIS-DPO: DPO over importance-weighted tokens, with weights w of `importanceWeights`.
 *
 *   s = Σ_t w_t [ρ_t − α KL(π ‖ π_ref)_t]      loss = −log σ(β (s_chosen − s_rejected))      [Liu et al. 2025, Eq. 14–18]
 *
 * The divergence has a gradient on both sides. Logged rewards are β Σ w ρ, with α > 0 β Σ w (ρ − KL).
 */
export const tisDpo = method({
  name: "tis-dpo",
  paper,
  options: methodOptions,
  create: ({ beta, alpha, ...weights }) =>
    compose({
      weighter: importanceWeights(weights),
      beta: constantBeta({ beta }),
      scorer: alpha === 0 ? implicitReward() : implicitReward({ divergence: -alpha, kl: reverseKl, logged: -1 }),
      loss: logistic(),
    }),
});
