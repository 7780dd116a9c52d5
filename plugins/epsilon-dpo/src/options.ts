import { TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";

const size = () => z.number().gt(0).lt(1);

export const betaOptions = z.object({
  beta: z.number().positive().default(0.01).describe("β before the first step"),
  epsilon: size().optional().describe("ε: how far β is perturbed, for the check and for the step; default: 0.01"),
  checkSize: size().optional().describe("ε_c, of the check alone; default: epsilon"),
  stepSize: size().optional().describe("ε_s, of the step alone; default: epsilon"),
  update: z
    .enum(["code", "paper"])
    .default("code")
    .describe("how β follows the pairs: β/(1 + ε·mean s), or mean β/(1 + ε s)"),
  minBeta: z.number().positive().optional().describe("the running β does not fall below it; default: no bound"),
  maxBeta: z.number().positive().optional().describe("the running β does not rise above it; default: no bound"),
});

export const methodOptions = betaOptions.extend({
  labelSmoothing: z.number().min(0).max(0.5).default(0).describe("probability that a label is wrong"),
});

/**
 * ε of the check and of the step.
 *
 * @throws TW_E_OPTIONS  if ε is given and both have their own, so that it would do nothing.
 */
export function sizesOf({ epsilon, checkSize, stepSize }: z.output<typeof betaOptions>) {
  if (epsilon !== undefined && checkSize !== undefined && stepSize !== undefined)
    throw new TokenwiseError("TW_E_OPTIONS", `epsilon ${epsilon} beside checkSize and stepSize, which replace it`, {
      hint: "leave one of the three out",
    });
  return { checkSize: checkSize ?? epsilon ?? 0.01, stepSize: stepSize ?? epsilon ?? 0.01 };
}

/** What `epsilonDpo` takes. */
export type Options = z.input<typeof methodOptions>;
