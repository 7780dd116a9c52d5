import { TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";
import { divergences } from "./f-divergence.ts";
import { betaOption, smoothingOption } from "./options.ts";

export const trlLosses = [
  ...(["sigmoid", "hinge", "ipo", "exo_pair", "nca_pair", "robust", "bco_pair", "sppo_hard"] as const),
  ...(["aot", "aot_unpaired", "apo_zero", "apo_down", "discopop", "sft", "sigmoid_norm"] as const),
] as const;
export type TrlLoss = (typeof trlLosses)[number];

export const trlOptions = z.object({
  losses: z.array(z.enum(trlLosses)).min(1).default(["sigmoid"]).describe("`loss_type`: what is summed"),
  weights: z.array(z.number()).optional().describe("`loss_weights`, one for each; default: 1"),
  beta: betaOption(),
  labelSmoothing: smoothingOption(),
  divergence: z.enum(divergences).default("reverse-kl").describe("`f_divergence_type`"),
  alpha: z.number().optional().describe("`f_alpha_divergence_coef`; default: 0.5"),
  lengthAlpha: z.number().min(0).max(1).optional().describe("`ld_alpha`; default: length is not desensitized"),
  weighted: z.boolean().default(false).describe("`use_weighting`, of WPO"),
  temperature: z.number().gt(0).max(1).optional().describe("`discopop_tau`; default: 0.05"),
});
export type TrlOptions = z.output<typeof trlOptions>;

const smoothed: ReadonlySet<string> = new Set(["sigmoid", "sigmoid_norm", "exo_pair", "robust", "aot", "aot_unpaired"]);
const ofLogRatios: ReadonlySet<string> = new Set(["aot", "aot_unpaired", "apo_zero", "apo_down"]);

/** @throws TW_E_OPTIONS  for options that do not go together, or would change nothing. */
export function checkTrlOptions({ losses, weights, ...options }: TrlOptions): void {
  const { labelSmoothing, divergence, temperature, weighted } = options;
  const refuse = (what: string, hint: string): never => {
    throw new TokenwiseError("TW_E_OPTIONS", `trl-dpo: ${what}`, { hint });
  };
  if (weights && weights.length !== losses.length)
    refuse(`${weights.length} weights for ${losses.length} losses`, "give each loss its weight, in their order");
  if (losses.includes("exo_pair") && labelSmoothing === 0)
    refuse("exo_pair without labelSmoothing is infinite", "set labelSmoothing, such as 0.001");
  if (losses.includes("robust") && labelSmoothing === 0.5)
    refuse("robust with labelSmoothing 0.5 divides by 0", "labels that are wrong half of the time say nothing");
  if (labelSmoothing > 0 && !losses.some((loss) => smoothed.has(loss)))
    refuse(`labelSmoothing changes nothing in ${losses.join(", ")}`, `it is of ${[...smoothed].join(", ")}`);
  if (temperature !== undefined && !losses.includes("discopop"))
    refuse(`temperature changes nothing in ${losses.join(", ")}`, "it is of discopop");
  const mixed = divergence === "reverse-kl" ? undefined : losses.find((loss) => ofLogRatios.has(loss));
  if (mixed) refuse(`${mixed} is of log-ratios, not of divergence "${divergence}"`, "leave divergence out");
  if (weighted && losses.includes("sft"))
    refuse("sft with weighted: WPO weighs pairs, and supervised training has none", "leave one of them out");
}
