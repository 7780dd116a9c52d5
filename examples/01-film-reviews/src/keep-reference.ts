/** Copies the trained model from where `tokenwise sft` wrote it to the folder that is committed. */
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { referenceFolder } from "./demo/samples.ts";

const files = ["config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];

await mkdir(referenceFolder, { recursive: true });
for (const file of files) await cp(join("work", "trained", file), join(referenceFolder, file));
