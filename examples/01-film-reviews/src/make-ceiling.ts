/**
 * Samples many reviews of the reference for each held-out prompt and keeps histograms of their true rewards in every world: what the
 * ceilings are computed from. Minutes on native, a quarter of an hour on wasm; prompts that are done are kept in `work/`, so that it can be
 * stopped and started again.
 */
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadLanguageModel } from "@tokenwise/core";
import { modelDigest, useBackend } from "@tokenwise/model";
import { histogramOf } from "./ceiling/reward-grid.ts";
import { readSamples, referenceFolder } from "./demo/samples.ts";
import { longestReview, sampleReviewsOf } from "./demo/sample-reviews.ts";
import { rewardBy } from "./world/semantics.ts";
import { understand } from "./world/understand.ts";
import { truths, type TruthName } from "./world/worlds.ts";

const prompts = 128;
const samplesPerPrompt = 2048;
const seed = 4;

interface Sampled {
  readonly prompt: string;
  /** By world. */
  readonly rewards: Readonly<Record<TruthName, readonly number[]>>;
}

const names = Object.keys(truths) as TruthName[];
const byWorld = <Value>(value: (name: TruthName) => Value) =>
  Object.fromEntries(names.map((name) => [name, value(name)])) as Record<TruthName, Value>;

const backend = await useBackend("auto");
const reference = await loadLanguageModel(referenceFolder);
const digest = modelDigest(reference.model);
const folder = join(import.meta.dirname, "..", "work", "ceiling");
const partial = join(folder, `worlds-${digest.slice(0, 12)}-${seed}-${samplesPerPrompt}.jsonl`);
await mkdir(folder, { recursive: true });
await appendFile(partial, "");
const sampled = (await readFile(partial, "utf8"))
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Sampled);

for (const [index, { prompt }] of (await readSamples("test", prompts)).entries()) {
  if (index < sampled.length) continue;
  const [reviews] = sampleReviewsOf(reference, [prompt], { samplesPerPrompt, seed: 1000 * seed + index });
  const understood = reviews!.samples.map(({ text }) => understand(`${prompt} ${text}`));
  const rewards = byWorld((name) => understood.map((review) => Number(rewardBy(truths[name], review).toFixed(6))));
  sampled.push({ prompt, rewards });
  await appendFile(partial, `${JSON.stringify({ prompt, rewards })}\n`);
  console.log(`${index + 1}/${prompts} ${prompt}`);
}

const head = {
  what: "Counts of the true rewards of reviews sampled from the reference, for each held-out prompt and world: halves[h][i] is how many of the h-th half of its samples have the reward nearest to i / 200 - 1. Made by `npm run make-ceiling`.",
  modelDigest: digest,
  sampler: { temperature: 1, maxNewTokens: longestReview, topP: 1, backend },
  seed,
  samplesPerPrompt,
};
const halvesOf = (rewards: readonly number[]) => {
  const middle = rewards.length / 2;
  return [histogramOf(rewards.slice(0, middle)), histogramOf(rewards.slice(middle))];
};
const rows = sampled.map(({ prompt, rewards }) => ({ prompt, halves: byWorld((name) => halvesOf(rewards[name])) }));
const lines = rows.map((row) => JSON.stringify(row)).join(",\n");
await writeFile(
  join(import.meta.dirname, "..", "ceiling.json"),
  `${JSON.stringify({ ...head, prompts: [] }, null, 2).replace("[]", () => `[\n${lines}\n]`)}\n`,
);
