/** The configuration: every key, once. Flags, the JSON schema and the readme's table come from here. */
import { settingsSchema } from "@tokenwise/core";
import { z } from "zod";

const column = z.string().optional();

/** Columns of a data file; each is read under its own name by default. */
const columns = z.strictObject({
  prompt: column.describe("column of the prompt"),
  chosen: column.describe("column of the preferred response"),
  rejected: column.describe("column of the other response"),
  candidates: column.describe("column of a list of responses, in place of chosen and rejected"),
  rewards: column.describe("column of one number per response"),
  chosenReward: column.describe("column of the preferred response's reward"),
  rejectedReward: column.describe("column of the other response's reward"),
  completion: column.describe("sft: column of the response to learn"),
  messages: column.describe("column of a conversation, as chat messages"),
  text: column.describe("sft: column of text alone, learnt whole"),
  values: z
    .record(z.string(), z.union([z.string(), z.tuple([z.string(), z.string()])]))
    .optional()
    .describe("values per token or response that a part reads, by its name: a column, or those of chosen and rejected"),
});

export const readSchema = z.strictObject({
  maxLength: z.int().min(2).optional().describe("longest prompt and response together, in tokens"),
  maxPromptLength: z.int().min(1).optional().describe("longest prompt, in tokens"),
  truncation: z.enum(["keep-end", "keep-start"]).default("keep-end").describe("which end of a long prompt stays"),
  endToken: z
    .union([z.string(), z.literal(false)])
    .optional()
    .describe("token that ends responses given as text; false: none; default: the tokenizer's EOS"),
  onBadRow: z.enum(["strict", "skip"]).default("strict").describe("end at the first bad row, or report and drop it"),
  limit: z.int().min(1).optional().describe("read at most this many rows"),
  swap: z.boolean().optional().describe("exchange chosen and rejected in every pair, with their rewards and values"),
  columns: columns.optional().describe("names of columns, where a file calls prompt, chosen, rejected, … otherwise"),
});

const method = z.union([z.string(), z.record(z.string(), z.unknown())]);

const controls = z.enum(["flipped-labels", "no-learning", "random-weights", "shuffled-weights"]);

const sweep = z.strictObject({
  methods: z.array(method).min(1).describe("the methods to compare, each as `method` takes it"),
  grid: z
    .record(z.string(), z.array(z.unknown()).min(1))
    .default({})
    .describe("values to try, by dotted key: method.beta, learningRate; every method has all combinations"),
  seeds: z.array(z.int().min(0)).min(1).optional().describe("a run of every combination for each; default: the seed"),
  data: z.array(z.string()).min(1).optional().describe("a run of every combination for each file; default: the data"),
  prompts: z.string().describe("rows with a prompt; the first half chooses from the grid, the second is reported"),
  reward: z.string().describe("module whose default export gives the reward of (prompt, completion)"),
  samplesPerPrompt: z.int().min(1).default(8).describe("completions that are scored for each prompt"),
  maxNewTokens: z.int().min(1).default(64).describe("longest completion, in tokens"),
  baseline: z.string().optional().describe("the method from which the others differ; default: the first"),
  equalFlops: z
    .boolean()
    .default(false)
    .describe("also train each method, at its chosen point, for as many FLOPs as the baseline's run computes"),
  controls: z
    .array(controls)
    .default([])
    .describe(
      "also train, at the chosen points: the baseline on flipped labels, with learning rate 0, with random weights; methods with weights, shuffled",
    ),
  ceilingSamples: z
    .int()
    .min(300)
    .optional()
    .describe("samples of the reference for each reported prompt, for the ceiling and best of n; default: neither"),
});

const run = {
  model: z.string().optional().describe("folder of the model to start from, in Hugging Face's layout"),
  data: z.string().optional().describe("rows to train on: JSONL, plain or gzip"),
  evaluationData: z.string().optional().describe("rows to evaluate on"),
  reference: z.string().optional().describe("folder of the reference model; default: the model before training"),
  parts: z
    .string()
    .optional()
    .describe("parts.safetensors of another run, which the method's parts begin with; default: as they are made"),
  method: method.optional().describe("the method by name, with its options, or composed of parts"),
  plugins: z
    .array(z.union([z.string(), z.record(z.string(), z.unknown())]))
    .optional()
    .describe("packages, or paths from the configuration file, that provide methods and parts"),
  annotation: z
    .strictObject({ models: z.record(z.string(), z.string()).describe("folders by role") })
    .optional()
    .describe("models of the method's annotators, by role; default: the model"),
  output: z.string().optional().describe("folder for the trained model, checkpoints and metrics"),
  backend: z
    .enum(["auto", "tensorflow", "native", "wasm", "cpu"])
    .default("auto")
    .describe("TensorFlow.js backend; auto takes the fastest that works"),
  threads: z.int().min(1).optional().describe("native: threads that compute; default: the processors there are"),
  precision: z
    .enum(["f32", "bf16"])
    .optional()
    .describe("native: of matrix products; bf16 needs a processor that has it; default: f32"),
  read: readSchema.optional().describe("how rows are read"),
  sweep: sweep.optional().describe("methods, grid, seeds and reward of `tokenwise sweep`"),
};

const { samplePrompts, inspectGroups } = settingsSchema.shape;

/** Every run has a report, which shows them. */
const shown = {
  samplePrompts: samplePrompts
    .unwrap()
    .default(4)
    .describe(samplePrompts.description ?? ""),
  inspectGroups: inspectGroups
    .unwrap()
    .default(4)
    .describe(inspectGroups.description ?? ""),
};

export const configSchema = z.strictObject({ ...run, ...settingsSchema.shape, ...shown });

export type Config = z.output<typeof configSchema>;
export type SweepConfig = z.output<typeof sweep>;
export type ControlName = z.output<typeof controls>;

/** Keys that hold a file or folder: relative to the configuration file, or as a flag to the working directory. */
export const pathKeys = ["model", "data", "evaluationData", "reference", "parts", "output"] as const;
