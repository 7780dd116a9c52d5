import { compose, constantBeta, logistic, logLikelihood, method, preferFirst, supervised } from "@tokenwise/kit";
import { z } from "zod";
import { scaleOption, smoothingOption } from "./options.ts";

/**
 * CPO: DPO with a uniform reference, which drops out, held by supervised training on the preferred response.
 *
 *   L = mean −log σ( β [ log π(y_w) − log π(y_l) ] ) + λ · mean_t −log π(y_w)                             [Xu et al. 2024]
 *
 * @see https://arxiv.org/abs/2401.08417
 */
export const cpo = method({
  name: "cpo",
  paper: {
    title: "Contrastive Preference Optimization: Pushing the Boundaries of LLM Performance in Machine Translation",
    url: "https://arxiv.org/abs/2401.08417",
  },
  options: z.object({
    beta: scaleOption(),
    lambda: z.number().nonnegative().default(1).describe("λ: what supervised training weighs; 0 leaves it out"),
    labelSmoothing: smoothingOption(),
  }),
  create: ({ beta, lambda, labelSmoothing }) => ({
    ...compose({
      beta: constantBeta({ beta }),
      scorer: logLikelihood({ length: "sum" }),
      loss: logistic(),
      targets: preferFirst({ smoothing: labelSmoothing }),
    }),
    ...(lambda > 0 && { auxiliaries: [supervised({ weight: lambda })] }),
  }),
});
