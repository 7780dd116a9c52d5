import { compose, constantBeta, implicitReward, listwise, method } from "@tokenwise/kit";
import { z } from "zod";
import { adaptiveTemperature } from "./adaptive-temperature.ts";
import { movingAverage } from "./anchors.ts";
import { plackettLuce } from "./plackett-luce.ts";
import { zScoreTargets } from "./z-score-targets.ts";

/** Anchored DPO on groups: targets from rewards, softmax of (log π − log π_anchor)/τ. */
export const adpo = method({
  name: "adpo",
  paper: { title: "ADPO: Anchored Direct Preference Optimization", url: "https://arxiv.org/abs/2510.18913" },
  options: z.object({
    tau: z.number().positive().default(0.8),
    adaptive: z
      .object({ alpha: z.number(), penalty: z.number(), min: z.number().positive(), max: z.number().positive() })
      .optional(),
    rewardTemperature: z.number().positive().default(0.5),
    epsilon: z.union([z.number().nonnegative(), z.literal("none")]).default(1e-8),
    loss: z.enum(["softmax", "plackett-luce"]).default("softmax"),
    length: z.enum(["sum", "mean"]).default("sum"),
    anchorDecay: z.number().min(0).max(1).optional(),
  }),
  create: ({ tau, adaptive, rewardTemperature, epsilon, loss, length, anchorDecay }) => ({
    ...compose({
      beta: adaptive ? adaptiveTemperature({ tau, ...adaptive }) : constantBeta({ beta: 1 / tau }),
      targets: zScoreTargets({ temperature: rewardTemperature, epsilon }),
      scorer: implicitReward({ length }),
      loss: loss === "softmax" ? listwise() : plackettLuce(),
    }),
    ...(anchorDecay !== undefined && { anchor: movingAverage(anchorDecay) }),
  }),
});
