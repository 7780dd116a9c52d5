import {
  compose,
  constantBeta,
  implicitReward,
  logistic,
  method,
  TokenwiseError,
  type ImplicitRewardOptions,
} from "@tokenwise/kit";
import { attributionWeights } from "./attribution-weights.ts";
import { divergencePenalty } from "./divergence-penalty.ts";
import { methodOptions, tripletOptions, weightOptions } from "./options.ts";
import { paper } from "./paper.ts";
import { triplet } from "./triplet.ts";

/**
 * TI-DPO: a preference loss over tokens weighed by attribution, and a triplet loss against sampled anchors:
 *
 *   L = −log σ(β (s_chosen − s_rejected)) + γ L_triplet          s = Σ_t w_t ρ_t + α Σ_t KL(π_ref ‖ π)_t
 *
 * with w of `attributionWeights` and L_triplet of `triplet`.                                     [Yang et al. 2025, Eq. 11–14]
 *
 * @param options.base   "tdpo2" (α, no gradient through the chosen response's divergence), "tdpo1" (α = 1, with it), or "plain" (α = 0),
 *   the paper's. Logged rewards are β (Σ w ρ + Σ KL), with "plain" β Σ w ρ.
 * @throws TW_E_OPTIONS  for options that the schema refuses, or α where the base has none.
 */
export const tiDpo = method({
  name: "ti-dpo",
  paper,
  options: methodOptions,
  create: ({ beta, base, alpha, klCoefficient, ...rest }) => ({
    ...compose({
      weighter: attributionWeights(weightOptions.parse(rest)),
      beta: constantBeta({ beta }),
      scorer: implicitReward(divergenceOf(base, alpha)),
      loss: logistic(),
    }),
    auxiliaries: [
      ...(rest.gamma > 0 ? [triplet(tripletOptions.parse(rest))] : []),
      ...(klCoefficient > 0 ? [divergencePenalty(klCoefficient)] : []),
    ],
  }),
});

function divergenceOf(base: "tdpo2" | "tdpo1" | "plain", alpha: number | undefined): ImplicitRewardOptions {
  if (base === "tdpo2") return { divergence: alpha ?? 0.5, stopPreferred: true, logged: 1 };
  if (alpha !== undefined)
    throw new TokenwiseError("TW_E_OPTIONS", `ti-dpo: alpha ${alpha} is of the base tdpo2, and the base is ${base}`, {
      hint: "leave alpha out: it is 1 in TDPO-1, and 0 in the plain loss",
    });
  return base === "tdpo1" ? { divergence: 1 } : {};
}
