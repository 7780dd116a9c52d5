/**
 * Measures what each token of some held-out reviews is worth in each world, by rollouts of the reference: what token weights are compared with.
 * Reviews that are done are kept in `work/`, so that it can be stopped and started again; their rollouts can be scored by other rewards.
 */
import { join } from "node:path";
import { loadLanguageModel } from "@tokenwise/core";
import { modelDigest, useBackend } from "@tokenwise/model";
import { readSamples, referenceFolder } from "./demo/samples.ts";
import { advantagesPath, writeAdvantages } from "./weights/advantages-file.ts";
import { measureAdvantages } from "./weights/measure-advantages.ts";
import { measuredPairs } from "./weights/measured-pairs.ts";
import { RolloutStore } from "./weights/rollout-store.ts";
import { truths, worldNamed, type TruthName } from "./world/worlds.ts";

const prompts = 96;
const rollouts = 256;
const seed = 5;
const names = Object.keys(truths) as TruthName[];

await useBackend("auto");
const reference = await loadLanguageModel(referenceFolder);
const name = `${modelDigest(reference.model).slice(0, 12)}-${seed}-${rollouts}.jsonl`;
const store = await RolloutStore.open(join(import.meta.dirname, "..", "work", "rollouts", name));
const measured = await measureAdvantages(reference, {
  pairs: measuredPairs(await readSamples("test"), prompts),
  worlds: Object.fromEntries(names.map((name) => [name, worldNamed(name).reward])),
  rollouts,
  seed,
  store,
  onReview: (done, total) => console.log(`${done}/${total}`),
});
await writeAdvantages(advantagesPath, measured);
reference.dispose();
