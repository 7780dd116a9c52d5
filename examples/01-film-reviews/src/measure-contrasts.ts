/**
 * Which contrast of two models tells the tokens that matter? Compares the log-ratio of TIS-DPO's three contrasts with what each token
 * is truly worth, on reviews that nothing was trained on. About ten minutes on wasm.
 */
import { readRequests, train, loadLanguageModel, type LanguageModel } from "@tokenwise/core";
import { promptTokens } from "@tokenwise/data";
import { dpo, sft, tokenLogProb, type Method } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { correlation, reliability } from "./contrasts/correlation.ts";
import { tokenAdvantages, tokensOf, type Review } from "./contrasts/token-advantages.ts";
import type { Rows } from "./demo/contestants.ts";
import { labelledPairs } from "./demo/pairs.ts";
import { settingsOf } from "./demo/run-demo.ts";
import { readSamples, referenceFolder } from "./demo/samples.ts";
import { TrainingData } from "./demo/training-data.ts";

const seed = 0;
const rollouts = 64;

await useBackend("wasm");
const reference = await loadLanguageModel(referenceFolder);
const samples = await readSamples("train");
// The models are trained on prompts before these.
const reviews = samples.slice(600, 648).map(({ prompt, completions }): Review => ({ prompt, text: completions[0]! }));

const halves = reviews.map((review, index) => tokenAdvantages(reference, review, { rollouts, seed: 9000 + index }));
const [first, second] = [halves.flatMap(([one]) => one), halves.flatMap(([, other]) => other)];
const worth = first.map((value, token) => (value + second[token]!) / 2);
const trusted = reliability(first, second);
console.log(
  `${worth.length} tokens of ${reviews.length} reviews; reliability of their measured worth: ${trusted.toFixed(2)}`,
);

/** log π(y_t) of every text token, after an instruction if there is one. */
async function logProbs({ model, tokenizer }: LanguageModel, instruction = ""): Promise<number[]> {
  const examples = reviews.map((review, index) => {
    const { response } = tokensOf(reference, review);
    const prompt = promptTokens(tokenizer, `${instruction} ${review.prompt}`.trimStart());
    const source = { file: "reviews", line: index + 1 };
    return { source, prompt, candidates: [{ ids: response, content: response.length - 1 }] };
  });
  const needs = { logProb: tokenLogProb("policy") };
  const { logProb } = await readRequests({ policy: model, examples, needs });
  return logProb.flatMap((values) => [...values.slice(0, -1)]);
}

function tell(name: string, positive: readonly number[], negative: readonly number[]): void {
  const ratios = positive.map((value, token) => value - negative[token]!);
  const measured = correlation(ratios, worth);
  const deviation = Math.sqrt(ratios.reduce((sum, ratio) => sum + ratio ** 2, 0) / ratios.length);
  const corrected = measured / Math.sqrt(trusted);
  console.log(
    `${name.padEnd(76)} ${measured.toFixed(2).padStart(5)} ${corrected.toFixed(2).padStart(5)} ${deviation.toFixed(2).padStart(5)}`,
  );
}

const instructions = [
  ["i loved it.", "i hated it."],
  ["it is brilliant.", "it is awful."],
  ["the film is wonderful. do not miss it.", "the film is terrible. skip it."],
  ["although the trailer looks hollow,", "although the trailer looks charming,"],
] as const;

const pairs = labelledPairs(samples.slice(0, 512), { seed, temperature: 0.1 });
const data = new TrainingData({ pairs, shown: [], reference, seed });
async function trainedLogProbs(rows: Rows, method: Method): Promise<number[]> {
  const { training } = await data.of(rows);
  const { model } = await train({
    ...settingsOf({ steps: 96, batchSize: 32, seed }),
    ...training,
    model: referenceFolder,
    method,
  });
  const values = await logProbs(model);
  model.dispose();
  return values;
}

console.log(`${"log π⁺ − log π⁻ of a token, and its worth:".padEnd(76)} corr.  true    sd`);
for (const [praise, fault] of instructions) {
  tell(`instructions "${praise}" / "${fault}"`, await logProbs(reference, praise), await logProbs(reference, fault));
}
tell(
  "supervised on chosen / on rejected",
  await trainedLogProbs("chosen", sft()),
  await trainedLogProbs("rejected", sft()),
);
const preferred = dpo({ beta: 0.2 });
tell(
  "DPO / DPO on flipped labels",
  await trainedLogProbs("pairs", preferred),
  await trainedLogProbs("flipped", preferred),
);
reference.dispose();
