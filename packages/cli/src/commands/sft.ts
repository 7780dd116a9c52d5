import { sft as supervised, TokenwiseError } from "@tokenwise/kit";
import { z } from "zod";
import { configFlags, configKeys } from "../flags/config-flags.ts";
import { runTraining } from "../train/run-training.ts";
import { command } from "./command.ts";
import { runFlags } from "./run-flags.ts";

/** Of methods that compare, and of parts that are trained; supervised training does neither. */
const unused = ["method", "reference", "parts", "annotation"] as const;
const without = [...unused, "plugins", "cacheReference"];

export const sft = command({
  name: "sft",
  summary: "train a model on completions, supervised",
  details: `Reads rows of prompt and completion, of messages, or of text, and learns the completions: prompts have no loss.
Preference rows serve with --read.columns.completion chosen.`,
  examples: [
    "tokenwise sft --model base --data reviews.jsonl --output runs/sft --epochs 3 --learning-rate 1e-4",
    "tokenwise sft --model base --data pairs.jsonl --read.columns.completion chosen --output runs/sft",
  ],
  flags: configFlags(configKeys.filter((key) => !without.includes(key))),
  own: z.strictObject(runFlags),
  methodOptions: false,
  async run(invocation) {
    const configured = await invocation.configure();
    const { config, file = "" } = configured;
    const set = unused.find((key) => config[key] !== undefined);
    if (set !== undefined)
      throw new TokenwiseError("TW_E_CONFIG", `${file}: ${set}: supervised training takes no ${set}`, {
        hint: "train by a method with tokenwise train, or give another --config",
      });
    return runTraining(invocation, configured, { rows: "completions", method: supervised() });
  },
});
