import { compose, constantBeta, logistic, method, preferFirst } from "@tokenwise/kit";
import { methodOptions } from "./options.ts";
import { paper } from "./paper.ts";
import { tdpoScore } from "./tdpo-score.ts";

/**
 * TDPO-1 and TDPO-2: DPO whose score has the exact divergence of every prefix, −log σ(β (s_w − s_l)); see `tdpoScore`.
 *
 * @param options.beta            β of the log-ratio and of the divergence. Paper: 0.1.
 * @param options.labelSmoothing  λ, the probability that a label is wrong: −(1 − λ) log σ(β h) − λ log σ(−β h).
 * @throws TW_E_OPTIONS
 */
export const tdpo = method({
  name: "tdpo",
  paper,
  options: methodOptions,
  create: ({ beta, labelSmoothing, ...score }) =>
    compose({
      beta: constantBeta({ beta }),
      scorer: tdpoScore(score),
      loss: logistic(),
      targets: preferFirst({ smoothing: labelSmoothing }),
    }),
});
