import { compose, constantBeta, implicitReward, logistic, method, preferFirst } from "@tokenwise/kit";
import { z } from "zod";
import { columnWeights } from "./column-weights.ts";
import { judgeAttention } from "./judge-attention.ts";

/** DPO with tokens weighed by a judge's attention: s = Σ a_t ρ_t, a of mean 1. */
export const attentionPo = method({
  name: "attention-po",
  paper: { title: "AttentionPO", url: "https://arxiv.org/abs/2605.21883" },
  options: z.object({
    beta: z.number().positive().default(0.005),
    labelSmoothing: z.number().min(0).max(0.5).default(0),
    layer: z.int().default(-1),
    sinkFix: z.boolean().default(true),
  }),
  create: ({ beta, labelSmoothing, ...judge }) =>
    compose({
      weighter: columnWeights("attention-po.weights", [judgeAttention(judge)]),
      beta: constantBeta({ beta }),
      scorer: implicitReward(),
      loss: logistic(),
      targets: preferFirst({ smoothing: labelSmoothing }),
    }),
});
