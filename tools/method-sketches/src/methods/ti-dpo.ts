import { compose, constantBeta, implicitReward, logistic, method } from "@tokenwise/kit";
import { z } from "zod";
import { attributionWeights } from "./attribution-weights.ts";
import { triplet } from "./triplet.ts";

/** TDPO-2 with tokens weighed by attribution, and a triplet loss against a sampled response. */
export const tiDpo = method({
  name: "ti-dpo",
  paper: { title: "Token-Importance Guided Direct Preference Optimization", url: "https://arxiv.org/abs/2505.19653" },
  options: z.object({
    beta: z.number().positive().default(0.2),
    alpha: z.number().nonnegative().default(0.5),
    lambda: z.number().min(0).max(1).default(0.2),
    priorDivisor: z.number().min(1).default(8),
    gamma: z.number().nonnegative().default(0.001),
    margin: z.number().positive().default(0.001),
  }),
  create: ({ beta, alpha, lambda, priorDivisor, gamma, margin }) => ({
    ...compose({
      weighter: attributionWeights({ lambda, priorDivisor }),
      beta: constantBeta({ beta }),
      scorer: implicitReward({ divergence: alpha, stopPreferred: true, logged: 1 }),
      loss: logistic(),
    }),
    auxiliaries: gamma > 0 ? [triplet({ weight: gamma, margin })] : [],
  }),
});
