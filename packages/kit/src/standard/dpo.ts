import { z } from "zod";
import { compose } from "../contract/method.ts";
import { method } from "../contract/factory.ts";
import { constantBeta } from "./constant-beta.ts";
import { implicitReward } from "./implicit-reward.ts";
import { logistic } from "./logistic.ts";
import { preferFirst } from "./prefer-first.ts";

/** Direct Preference Optimization: −log σ(β (ρ_chosen − ρ_rejected)), with label smoothing.    [Rafailov et al. 2023, Eq. 7] */
export const dpo = method({
  name: "dpo",
  paper: {
    title: "Direct Preference Optimization: Your Language Model is Secretly a Reward Model",
    url: "https://arxiv.org/abs/2305.18290",
  },
  options: z.object({
    beta: z.number().positive().default(0.1).describe("strength of the KL penalty"),
    labelSmoothing: z.number().min(0).max(0.5).default(0).describe("probability that a label is wrong"),
  }),
  create: ({ beta, labelSmoothing }) =>
    compose({
      beta: constantBeta({ beta }),
      scorer: implicitReward(),
      loss: logistic(),
      targets: preferFirst({ smoothing: labelSmoothing }),
    }),
});
