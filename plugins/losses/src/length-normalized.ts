import { method } from "@tokenwise/kit";
import { z } from "zod";
import { betaOption, smoothingOption } from "./options.ts";
import { ofRewards } from "./pair-loss.ts";
import { sigmoidLoss } from "./sigmoid.ts";

/**
 * Length-normalized DPO: the log-ratio of a response per token, so that long responses do not have the larger margins.
 *
 *   ℓ = −log σ( β (s_w/|y_w| − s_l/|y_l|) )                                                 [Lambert et al. 2024, Tülu 3]
 *
 *
 * @param options.beta  per token, so larger than DPO's. Paper: 5.
 * @see https://arxiv.org/abs/2411.15124
 */
export const lengthNormalizedDpo = method({
  name: "length-normalized-dpo",
  paper: {
    title: "Tulu 3: Pushing Frontiers in Open Language Model Post-Training",
    url: "https://arxiv.org/abs/2411.15124",
  },
  options: z.object({ beta: betaOption(5), labelSmoothing: smoothingOption() }),
  create: ({ beta, labelSmoothing }) => ofRewards(beta, sigmoidLoss({ labelSmoothing }), "mean"),
});
