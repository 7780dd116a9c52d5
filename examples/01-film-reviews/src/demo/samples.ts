/** What the frozen reference model wrote for each prompt: the candidates that preferences are about. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Samples } from "../world/evaluate.ts";

/** The reference model and its samples, made by `make-reference.ts`. */
export const referenceFolder = fileURLToPath(new URL("../../reference/", import.meta.url));

/** Reads the committed samples of a split: prompts are disjoint between the splits. */
export async function readSamples(split: "train" | "test", limit = Infinity): Promise<readonly Samples[]> {
  const text = await readFile(new URL(`../../samples-${split}.jsonl`, import.meta.url), "utf8");
  const lines = text.trimEnd().split("\n").slice(0, limit);
  return lines.map((line) => JSON.parse(line) as Samples);
}
