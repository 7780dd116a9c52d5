import { compose, constantBeta, logistic, logLikelihood, method, preferFirst } from "@tokenwise/kit";
import { z } from "zod";
import { scaleOption, smoothingOption } from "./options.ts";

/**
 * SimPO: mean log-probabilities in place of log-ratios, so that no reference is needed, and a margin that is asked for.
 *
 *   ℓ = −log σ( β [ mean_t log π(y_w) − mean_t log π(y_l) ] − γ )                                [Meng et al. 2024, Eq. 6]
 *
 * @param options.beta   Paper: 2 to 2.5, in some settings 10.
 * @param options.gamma  γ, in units of the reward, inside of the sigmoid. Paper: 0.3 to 1.6; default: half of the default β.
 * @see https://arxiv.org/abs/2405.14734
 */
export const simpo = method({
  name: "simpo",
  paper: {
    title: "SimPO: Simple Preference Optimization with a Reference-Free Reward",
    url: "https://arxiv.org/abs/2405.14734",
  },
  options: z.object({
    beta: scaleOption(2),
    gamma: z.number().nonnegative().default(1).describe("γ: the margin that is asked for"),
    labelSmoothing: smoothingOption(),
  }),
  create: ({ beta, gamma, labelSmoothing }) =>
    compose({
      beta: constantBeta({ beta }),
      scorer: logLikelihood(),
      loss: logistic({ offset: gamma }),
      targets: preferFirst({ smoothing: labelSmoothing }),
    }),
});
