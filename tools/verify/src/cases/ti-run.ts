import { tiDpo } from "@tokenwise/plugin-ti-dpo";
import { z } from "zod";
import type { Fields } from "../read/case.ts";
import { ids, rows as rowsSchema } from "../read/schemas.ts";
import { perPair, type Run } from "./run.ts";

const schema = z.object({
  beta: z.number(),
  alpha: z.number().default(0.5),
  if_tdpo2: z.boolean().default(true),
  gamma: z.number().default(0),
  alpha_triplet: z.number().default(0),
  enable_gradient_attribution: z.boolean().default(true),
  lambda_importance: z.number().min(0).max(1),
  prior_sigma_div: z.number().min(1),
  kl_coef: z.number().default(0),
});

/** Trained steps of TI-DPO: the anchors are given, attributions and weights are of the trained model. */
export function tiRun(options: Fields, fields: Fields): Run | string {
  const given = schema.parse(options);
  const samples = z.array(ids).optional().parse(fields.anchors);
  const isSampled = given.gamma > 0 && given.alpha_triplet > 0;
  if (isSampled && !samples) return "the case gives no anchors";
  return {
    method: tiDpo({
      beta: given.beta,
      base: given.if_tdpo2 ? "tdpo2" : "tdpo1",
      ...(given.if_tdpo2 && { alpha: given.alpha }),
      lambda: given.enable_gradient_attribution ? given.lambda_importance : 0,
      priorDivisor: given.prior_sigma_div,
      gamma: isSampled ? given.gamma : 0,
      ...(isSampled && { margin: given.alpha_triplet }),
      klCoefficient: given.kl_coef,
    }),
    metrics: { ...perPair, tripletLoss: "triplet/loss" },
    lossIsMean: true,
    ...(samples && { samples }),
    async beforeStep(findings, field, { weights }, inspected) {
      const expected = rowsSchema.optional().parse(weights);
      if (!expected) return;
      const groups = await inspected();
      const ours = [0, 1].flatMap((side) =>
        groups.map(({ candidates }) => candidates[side]!.tokens.map(({ weight }) => weight)),
      );
      // The file has those of the prompt, too.
      const inResponse = expected.map((row, at) => row.slice(row.length - (ours[at]?.length ?? 0)));
      findings.near(`${field}.weights`, ours, inResponse);
    },
  };
}
