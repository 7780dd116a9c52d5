/**
 * Samples many reviews of the reference for each held-out prompt and keeps histograms of their true rewards: what the ceiling is
 * computed from. About a quarter of an hour; prompts that are done are kept in `work/`, so that it can be stopped and started again.
 */
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadLanguageModel } from "@tokenwise/core";
import { modelDigest, useBackend } from "@tokenwise/model";
import { histogramOf } from "./ceiling/reward-grid.ts";
import { readSamples, referenceFolder } from "./demo/samples.ts";
import { longestReview, sampleReviewsOf } from "./demo/sample-reviews.ts";
import { score } from "./world/semantics.ts";

const prompts = 128;
const samplesPerPrompt = 2048;
const seed = 4;

interface Sampled {
  readonly prompt: string;
  readonly rewards: readonly number[];
}

await useBackend("wasm");
const reference = await loadLanguageModel(referenceFolder);
const digest = modelDigest(reference.model);
const folder = join(import.meta.dirname, "..", "work", "ceiling");
const partial = join(folder, `${digest.slice(0, 12)}-${seed}-${samplesPerPrompt}.jsonl`);
await mkdir(folder, { recursive: true });
await appendFile(partial, "");
const sampled = (await readFile(partial, "utf8"))
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Sampled);

for (const [index, { prompt }] of (await readSamples("test", prompts)).entries()) {
  if (index < sampled.length) continue;
  const [reviews] = sampleReviewsOf(reference, [prompt], { samplesPerPrompt, seed: 1000 * seed + index });
  const rewards = reviews!.samples.map(({ text }) => score(`${prompt} ${text}`).reward);
  sampled.push({ prompt, rewards });
  await appendFile(
    partial,
    `${JSON.stringify({ prompt, rewards: rewards.map((reward) => Number(reward.toFixed(6))) })}\n`,
  );
  console.log(`${index + 1}/${prompts} ${prompt}`);
}

const head = {
  what: "Counts of the true rewards of reviews sampled from the reference, for each held-out prompt: halves[h][i] is how many of the h-th half of its samples have the reward nearest to i / 200 - 1. Made by `npm run make-ceiling`.",
  modelDigest: digest,
  sampler: { temperature: 1, maxNewTokens: longestReview, topP: 1, backend: "wasm" },
  seed,
  samplesPerPrompt,
};
const rows = sampled.map(({ prompt, rewards }) => {
  const middle = rewards.length / 2;
  return { prompt, halves: [histogramOf(rewards.slice(0, middle)), histogramOf(rewards.slice(middle))] };
});
const lines = rows.map((row) => JSON.stringify(row)).join(",\n");
await writeFile(
  join(import.meta.dirname, "..", "ceiling.json"),
  `${JSON.stringify({ ...head, prompts: [] }, null, 2).replace("[]", () => `[\n${lines}\n]`)}\n`,
);
