/** The settings of a run: the schema gives their types, defaults, refusals and the JSON schema for YAML. */
import { beyondSingle, complaintsOf, spoken, TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";

const rate = z.number().min(0);
const count = z.int().positive();

export const optimizerSettings = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("adamw"),
    beta1: rate.lt(1).default(0.9),
    beta2: rate.lt(1).default(0.999),
    epsilon: z.number().positive().default(1e-8),
  }),
  z.strictObject({
    kind: z.literal("rmsprop"),
    alpha: rate.lt(1).default(0.99),
    epsilon: z.number().positive().default(1e-8),
  }),
  z.strictObject({ kind: z.literal("sgd"), momentum: rate.lt(1).default(0) }),
]);

export const settingsSchema = z.strictObject({
  seed: z.int().min(0).default(0).describe("of the data order and of what parts draw"),
  epochs: count.default(1).describe("passes over the data; `steps` goes before it"),
  steps: count.optional().describe("optimizer steps"),
  batchSize: count.default(16).describe("prompts per optimizer step"),
  microBatchTokens: count
    .default(4096)
    .describe("stream tokens that are in memory at a time; changes numbers by rounding only"),
  vocabularyRows: count
    .optional()
    .describe("rows of the vocabulary pass that are in memory at a time; changes numbers by rounding only"),
  recompute: z.boolean().default(false).describe("recompute activations in the backward pass: less memory, more time"),
  shuffle: z.boolean().default(true).describe("a new order of the data in every epoch"),
  learningRate: rate.default(1e-6).describe("after warm-up"),
  schedule: z.enum(["constant", "linear", "cosine"]).default("linear").describe("of the learning rate after warm-up"),
  warmupSteps: z.int().min(0).optional().describe("steps over which the learning rate rises from 0"),
  warmupRatio: rate.max(1).default(0).describe("warm-up as a share of all steps; `warmupSteps` goes before it"),
  optimizer: optimizerSettings
    .default({ kind: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 })
    .describe("adamw (beta1, beta2, epsilon), rmsprop (alpha, epsilon) or sgd (momentum), by its `kind`"),
  weightDecay: rate.default(0).describe("decoupled in AdamW, added to the gradient in the others"),
  weightDecayOn: z.enum(["matrices", "all"]).default("matrices").describe("`all` decays norms and biases too"),
  clip: z.number().positive().nullable().default(1).describe("largest global gradient norm; null: no clipping"),
  cacheReference: z
    .boolean()
    .default(true)
    .describe("compute the reference's log-probs once, where the method allows it"),
  metrics: z
    .enum(["standard", "full"])
    .default("standard")
    .describe("full adds entropy, exact divergences and logits; a reference then runs in every step"),
  evaluateEvery: count
    .optional()
    .describe("steps between evaluations; always before the first and after the last step"),
  checkpointEvery: count.optional().describe("steps between checkpoints; always after the last step"),
  keepCheckpoints: count.default(2).describe("the newest ones; older ones are removed"),
  samplePrompts: z
    .int()
    .min(0)
    .default(0)
    .describe("prompts that are continued before the first and after the last step"),
  sampleTokens: count.default(48).describe("longest of these continuations, in tokens"),
  inspectGroups: z
    .int()
    .min(0)
    .default(0)
    .describe("rows of which every token's weight and log-ratio is told before the first and after the last step"),
});

/** As given by a user. */
export type SettingsInput = z.input<typeof settingsSchema>;
/** With defaults. */
export type Settings = z.output<typeof settingsSchema>;

/** @throws TW_E_SETTINGS  naming the setting, and the nearest known one if it is unknown. */
export function parseSettings(given: SettingsInput): Settings {
  const parsed = settingsSchema.safeParse(given);
  const complaints = parsed.success
    ? beyondSingle(parsed.data)
    : complaintsOf(settingsSchema, given, parsed.error, "setting");
  if (parsed.success && complaints.length === 0) return parsed.data;
  const known = Object.keys(settingsSchema.shape);
  throw new TokenwiseError("TW_E_SETTINGS", spoken(complaints), { hint: `settings: ${known.join(", ")}` });
}

/** Optimizer steps of a run over `size` examples. */
export function totalSteps({ steps, epochs, batchSize }: Settings, size: number): number {
  return steps ?? epochs * Math.ceil(size / batchSize);
}
