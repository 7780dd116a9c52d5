import { z } from "zod";

const count = () => z.int().positive();
const share = () => z.number().nonnegative();

export const weightOptions = z.object({
  lambda: share().max(1).default(0.2).describe("λ: share of the attribution in a weight; the rest is the prior"),
  priorDivisor: z.number().min(1).default(8).describe("σ of the prior is the span's length over it, at least 1"),
  span: z.enum(["prompt+response", "response"]).default("prompt+response").describe("where weights have the mean 1"),
  norm: z.enum(["l1", "l2"]).default("l1").describe("of a token's gradient"),
});

export const tripletOptions = z.object({
  gamma: share().default(0.001).describe("γ: weight of the triplet loss; 0 leaves it out, and samples nothing"),
  margin: z.number().positive().default(0.001).describe("how much closer chosen has to be, in squared nats"),
  anchorTokens: count().default(64).describe("longest anchor, in tokens"),
  anchorTemperature: share().default(0.8).describe("0 is greedy"),
  anchorTopK: count().default(50).describe("anchors are drawn from the k most likely tokens"),
  anchorTopP: z
    .number()
    .gt(0)
    .max(1)
    .default(0.95)
    .describe("and of these from the fewest whose probability reaches p"),
  anchorEvery: count().default(1).describe("steps after which a row's anchor is drawn anew"),
});

export const methodOptions = z.object({
  beta: z.number().positive().default(0.2).describe("strength of the KL penalty"),
  base: z.enum(["tdpo2", "tdpo1", "plain"]).default("tdpo2").describe("TDPO-2, TDPO-1, or DPO, the paper's"),
  alpha: share().optional().describe("α of the divergence, of tdpo2 alone; default: 0.5"),
  klCoefficient: share().default(0).describe("weight of a penalty on KL(π_ref ‖ π), summed over a response"),
  ...weightOptions.shape,
  ...tripletOptions.shape,
});

/** What `tiDpo` takes. */
export type Options = z.input<typeof methodOptions>;
