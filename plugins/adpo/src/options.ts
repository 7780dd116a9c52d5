import { z } from "zod";

const [positive, zeroOrMore, share] = [z.number().positive(), z.number().nonnegative(), z.number().min(0).max(1)];
const over = "of the softmax over the candidates";
const soft = (value: number) => ({ temperature: positive.default(value).describe(over) });
const epsilon = zeroOrMore.default(1e-8).describe("is added to the group's deviation");
const bandwidth = positive.optional().describe("of the kernel, in rewards; default: by a robust rule");
const smoothing = share.default(0).describe("share of the other candidates, or of all at each place of a ranking");
const tau = positive.default(0.8).describe("τ: scores are divided by it");

export const targetOptions = z.object({
  targets: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("z-score").describe("what they are made from"), ...soft(0.5), epsilon }),
      z.strictObject({ kind: z.literal("raw"), ...soft(0.5) }),
      z.strictObject({ kind: z.literal("kde"), ...soft(1), bandwidth }),
      z.strictObject({ kind: z.literal("teacher"), ...soft(1) }),
      z.strictObject({ kind: z.literal("hard") }),
      z.strictObject({ kind: z.literal("first"), smoothing }),
    ])
    .default({ kind: "z-score", temperature: 0.5, epsilon: 1e-8 })
    .describe("target probabilities of the candidates, by kind"),
});

const adaptive = {
  alpha: zeroOrMore.default(1).describe("α: how much an unsure policy raises τ"),
  penalty: zeroOrMore.default(1).describe("β: how much a sure policy raises τ where rewards are low"),
  min: positive.default(0.1).describe("τ does not fall below it"),
  max: positive.default(5).describe("τ does not rise above it"),
};
const rewards = z.boolean().default(true).describe("off: every group counts as of middling reward");
export const temperatureOptions = z.object({ tau, ...adaptive, rewards });

const places = z.int().positive().optional().describe("the first places of the ranking alone count; default: all");
const poly = zeroOrMore.default(0).describe("ε of the Poly term ε (1 − e^−ℓ) at each place");
const steps = z.int().positive().default(1).describe("steps between copies");
const threshold = positive.default(0.1).describe("copied where the mean |log-ratio| is above it, in nats");
const window = z.int().positive().default(10).describe("steps of that mean");

export const methodOptions = targetOptions.extend({
  tau,
  adaptive: z.strictObject(adaptive).optional().describe("a τ of each group, by the policy's entropy and the rewards"),
  length: z.enum(["sum", "mean"]).default("sum").describe("score: log-ratios of the tokens, their sum or mean"),
  loss: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("softmax").describe("cross-entropy, or a ranking") }),
      z.strictObject({ kind: z.literal("plackett-luce"), places, smoothing, poly }),
    ])
    .default({ kind: "softmax" })
    .describe("what is lost by the scores, by kind"),
  clipScore: positive.optional().describe("scores count as at most this far from 0; default: no bound"),
  clipLogit: positive.optional().describe("the same after the division by τ; default: no bound"),
  anchor: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.enum(["fixed", "uniform", "sampled"]).describe("what the policy is compared with") }),
      z.strictObject({ kind: z.literal("average"), keep: share.default(0.99).describe("share that stays in a step") }),
      z.strictObject({ kind: z.literal("copy"), steps }),
      z.strictObject({ kind: z.literal("drift"), threshold, window }),
    ])
    .default({ kind: "fixed" })
    .describe("the anchor, by kind"),
  anchorKl: zeroOrMore.default(0).describe("weight of the estimated KL to the anchor, per token"),
  dropFailed: z.boolean().default(false).describe("groups without a positive reward do not count"),
});

export type Given = z.output<typeof methodOptions>;
/** What `adpo` takes. */
export type Options = z.input<typeof methodOptions>;
