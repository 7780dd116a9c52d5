import { constantBeta, implicitReward, logistic, method } from "@tokenwise/kit";
import { z } from "zod";

/**
 * Token-level DPO: the divergence of the prefixes joins the score.
 *
 *   TDPO-1: s = Σ ρ + Σ κ          TDPO-2: s = Σ ρ + α Σ κ, without a gradient through κ of the preferred response
 */
export const tdpo = method({
  name: "tdpo",
  paper: { title: "Token-level Direct Preference Optimization", url: "https://arxiv.org/abs/2404.11999" },
  options: z.object({
    beta: z.number().positive().default(0.1),
    alpha: z.number().nonnegative().default(0.5),
    variant: z.enum(["tdpo1", "tdpo2"]).default("tdpo2"),
    length: z.enum(["sum", "mean"]).default("sum"),
  }),
  create: ({ beta, alpha, variant, length }) => {
    const divergence = variant === "tdpo1" ? { divergence: 1 } : { divergence: alpha, stopPreferred: true, logged: 1 };
    return {
      beta: constantBeta({ beta }),
      objectives: [{ scorer: implicitReward({ ...divergence, length }), loss: logistic() }],
    };
  },
});
