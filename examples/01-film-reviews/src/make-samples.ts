/** Samples four reviews for every prompt from the frozen reference model. Usage: make-samples [FOLDER of make-reference] */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadLanguageModel } from "@tokenwise/core";
import { useBackend } from "@tokenwise/model";
import { referenceFolder } from "./demo/samples.ts";
import { sampleReviewsOf } from "./demo/sample-reviews.ts";
import { writeJsonLines } from "./json-lines.ts";

const [folder = "work"] = process.argv.slice(2);

await useBackend("wasm");
const reference = await loadLanguageModel(referenceFolder);
for (const [split, seed] of [
  ["train", 1],
  ["test", 2],
] as const) {
  const lines = (await readFile(join(folder, "data", `prompts-${split}.jsonl`), "utf8")).trimEnd().split("\n");
  const prompts = lines.map((line) => (JSON.parse(line) as { readonly prompt: string }).prompt);
  const sampled = sampleReviewsOf(reference, prompts, { samplesPerPrompt: 4, seed });
  // A review that was cut off would get an end that the model did not write.
  const rows = sampled.map(({ prompt, samples }) => ({
    prompt,
    completions: samples.flatMap(({ text, ended }) => (ended ? [text] : [])),
  }));
  await writeJsonLines(join(import.meta.dirname, "..", `samples-${split}.jsonl`), rows);
}
