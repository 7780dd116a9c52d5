import { z } from "zod";
import { configFlags, configKeys } from "../flags/config-flags.ts";
import { runTraining } from "../train/run-training.ts";
import { command } from "./command.ts";
import { runFlags } from "./run-flags.ts";

export const train = command({
  name: "train",
  summary: "train a model on preferences",
  details: `Reads rows of prompt, chosen and rejected (text or chat messages), trains by the method, and leaves in the
output folder: the model (Hugging Face's layout), checkpoints, metrics.jsonl, dropped.jsonl and run.json.`,
  examples: [
    "tokenwise train",
    "tokenwise train --config runs/dpo.yaml --resume",
    "tokenwise train --model smollm2 --data pairs.jsonl --method dpo --method.beta 0.2 --output runs/dpo --steps 100",
  ],
  flags: configFlags(configKeys),
  own: z.strictObject(runFlags),
  methodOptions: true,
  async run(invocation) {
    const configured = await invocation.configure();
    const method = await configured.method();
    return runTraining(invocation, configured, { rows: "preferences", method });
  },
});
