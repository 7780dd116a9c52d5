import { z } from "zod";

const isLayer = (layer: number): boolean => Number.isInteger(layer) || (layer > 0 && layer < 1);
const layer = z.number().refine(isLayer, "a layer is an integer, or a share of the depth between 0 and 1");
const text = z.string();

export const judgeOptions = z.object({
  layers: z
    .array(z.union([layer, z.literal("rollout")]))
    .min(1)
    .default([-1])
    .describe("whose attention: layers from 0, negative from the end, by share of the depth; rollout: all of them"),
  combine: z.enum(["mean", "sum"]).default("mean").describe("weights of several layers: their mean, or their sum"),
  sinkTokens: z.int().min(0).default(1).describe("first tokens that get the mean weight: attention sinks on them"),
  lengthScale: z.boolean().default(true).describe("weights of an answer have mean 1; otherwise sum 1"),
  judgePrompt: z.array(text).length(4).optional().describe("texts around request and answers; default: those below"),
  verdicts: z.array(text).length(2).default(["A", "B"]).describe("names of the first answer and of the second"),
  chatTemplate: z.boolean().default(true).describe("the prompt is a user's message; otherwise it stands alone"),
  maxRequest: z.int().min(1).optional().describe("last tokens of the request that the judge sees; default: all"),
  maxAnswer: z.int().min(1).default(768).describe("first tokens of an answer that are judged; the others weigh 0"),
});

const loss = {
  beta: z.number().positive().default(0.005).describe("strength of the KL penalty"),
  labelSmoothing: z.number().min(0).max(0.5).default(0).describe("probability that a label is wrong"),
};
export const columnOptions = z.object({ column: text.default("weights").describe("column of one weight per token") });
export const twDpoOptions = columnOptions.extend(loss);
export const attentionPoOptions = judgeOptions.extend(loss);

/** What `attentionPo` takes. */
export type Options = z.input<typeof attentionPoOptions>;
