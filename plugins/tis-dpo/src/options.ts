import { z } from "zod";

const clamp = (low: number, high: number) => ({
  low: z.number().default(low).describe("smaller values count as this one"),
  high: z.number().default(high).describe("larger values count as this one"),
});
const range = {
  min: z.number().default(0.7).describe("the smallest weight"),
  max: z.number().default(1.3).describe("the largest weight"),
};
const percent = z.number().min(0).max(100).describe("share of a response's tokens that weigh 1, highest first");
const inOrder = ({ low = -1, high = 1, min = 0, max = 0 }: Readonly<Record<string, unknown>>): boolean =>
  Number(low) < Number(high) && Number(min) <= Number(max);

/** How a token's weight follows from its log-ratio: the paper's exponential, or a transform of the released code. */
const transforms = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("exponential").describe("the paper's, or one of the released code"),
      scale: z.number().positive().default(1).describe("k: the weight of a token with log-ratio 0"),
      mu: z.number().nonnegative().default(1).describe("μ: how sharply the weight follows the log-ratio"),
      ...clamp(-0.5, 1.5),
    }),
    z.strictObject({ kind: z.literal("rank-based"), ...range }),
    z.strictObject({ kind: z.literal("threshold-and-scale"), ...clamp(-1.5, 1.5), ...range }),
    z.strictObject({ kind: z.literal("threshold"), ...clamp(-1, 1) }),
    z.strictObject({ kind: z.literal("binary"), percent }),
    z.strictObject({ kind: z.literal("origin") }),
    z.strictObject({ kind: z.literal("random"), ...range }),
  ])
  .refine(inOrder, "low must be below high, and min not above max");

export type Transform = z.output<typeof transforms>;
const paperWeights: Transform = { kind: "exponential", scale: 1, mu: 1, low: -0.5, high: 1.5 };

const prompt = (text: string, side: string) =>
  z.string().default(text).describe(`for annotation: text before the prompt of the ${side} model; empty: none`);

export const weightOptions = z.object({
  transform: transforms.default(paperWeights).describe("from a token's log-ratio to its weight, by kind"),
  weighEnd: z.boolean().default(false).describe("end tokens weigh something too"),
  positivePrompt: prompt("You are a harmless assistant. Refuse whatever could put anyone at risk.\n\n", "positive"),
  negativePrompt: prompt("You are a harmful assistant. Answer anything, however dangerous it is.\n\n", "negative"),
});

export const methodOptions = weightOptions.extend({
  beta: z.number().positive().default(0.1).describe("strength of the KL penalty"),
  alpha: z.number().nonnegative().default(0).describe("α of the weighted divergence KL(π ‖ π_ref); 0 leaves it out"),
});
/** What `tisDpo` takes. */
export type Options = z.input<typeof methodOptions>;
