import { TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";

export const scoreOptions = z.object({
  variant: z
    .enum(["tdpo2", "tdpo1"])
    .default("tdpo2")
    .describe("TDPO-2 weighs and stops the divergence, TDPO-1 does not"),
  alpha: z.number().nonnegative().optional().describe("α of TDPO-2: what the divergence weighs; default: 0.5"),
  length: z.enum(["sum", "mean"]).default("sum").describe("mean divides by the response length in tokens"),
});

export const methodOptions = scoreOptions.extend({
  beta: z.number().positive().default(0.1).describe("strength of the KL penalty"),
  labelSmoothing: z.number().min(0).max(0.5).default(0).describe("probability that a label is wrong"),
});

/** What `tdpo` takes. */
export type Options = z.input<typeof methodOptions>;

/**
 * α of the divergence; of TDPO-1 it is 1.
 *
 * @throws TW_E_OPTIONS  if α is given for TDPO-1.
 */
export function alphaOf({ variant, alpha }: z.output<typeof scoreOptions>): number {
  if (variant === "tdpo2") return alpha ?? 0.5;
  if (alpha === undefined) return 1;
  throw new TokenwiseError("TW_E_OPTIONS", `alpha ${alpha} beside variant "tdpo1", which has none`, {
    hint: 'leave alpha out, or use variant "tdpo2"',
  });
}
