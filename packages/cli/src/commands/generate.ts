import { loadLanguageModel } from "@tokenwise/core";
import { generate as sample } from "@tokenwise/model";
import { z } from "zod";
import { configFlags, renamed } from "../flags/config-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { gatherPrompts } from "../generate/prompts.ts";
import { sampling } from "../generate/sampling.ts";
import { command } from "./command.ts";
import { backendKeys, startBackend } from "../config/start-backend.ts";

const own = z.strictObject({
  prompt: z.array(z.string()).optional().describe("a prompt"),
  prompts: z.string().optional().describe("rows of prompts: JSONL, plain or gzip, with prompt or messages"),
  chat: z.boolean().default(false).describe("each --prompt is a user's message in the model's chat template"),
  maxNewTokens: z
    .int()
    .positive()
    .optional()
    .describe("longest response, in tokens; default: the model's, or 128 where they fit"),
  temperature: z.number().min(0).optional().describe("0 takes the likeliest token; default: the model's"),
  topK: z.int().positive().optional().describe("sample from this many of the likeliest tokens; default: the model's"),
  topP: z
    .number()
    .positive()
    .max(1)
    .optional()
    .describe("sample from the likeliest tokens that reach this probability; default: the model's"),
  seed: z.int().min(0).default(0).describe("of the samples"),
  batchSize: z.int().positive().default(8).describe("prompts at a time"),
  json: z.boolean().default(false).describe("print JSON lines of prompt and response"),
});

export const generate = command({
  name: "generate",
  summary: "continue prompts",
  details:
    "With a configuration it takes the model in its output folder. Defaults are those of generation_config.json.",
  examples: [
    'tokenwise generate --model runs/dpo --prompt "The film was" --temperature 0.7 --seed 1',
    'tokenwise generate --model smollm2 --chat --prompt "What is a preference?" --max-new-tokens 60',
    "tokenwise generate --model runs/dpo --prompts test.jsonl --json",
  ],
  flags: [
    renamed("output", "model", "folder of the model; default: output of the configuration"),
    ...configFlags(backendKeys),
  ],
  own,
  methodOptions: false,
  async run({ configure, own: { prompt, prompts, chat, seed, batchSize, json, ...flags }, io }) {
    const { config, required } = await configure();
    const folder = config.output ?? required("model", "model");
    await startBackend(config);
    const language = await loadLanguageModel(folder);
    const { model, tokenizer } = language;
    try {
      const given = await gatherPrompts({ prompt, prompts, chat }, tokenizer, io.stderr);
      const ids = given.map((one) => one.ids);
      const room = model.config.maxPositionEmbeddings - Math.max(...ids.map(({ length }) => length));
      const options = sampling(flags, model.generationDefaults, tokenizer.eosId, room);
      sample(model, ids, { ...options, seed, batchSize }).forEach((response, index) => {
        const text = tokenizer.decode(response, { skipSpecialTokens: true });
        const asked = given[index]?.text ?? "";
        io.stdout.write(
          json ? `${JSON.stringify({ prompt: asked, response: text })}\n` : shown(asked, text, given.length),
        );
      });
    } finally {
      language.dispose();
    }
    return exitCodes.done;
  },
});

/** One response alone; several under their prompts. */
const shown = (prompt: string, response: string, count: number): string =>
  count === 1 ? `${response}\n` : `> ${prompt.replaceAll("\n", "\n> ")}\n${response}\n\n`;
