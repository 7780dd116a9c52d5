/** How good a model is, by the truth: sampled on held-out prompts. */
import { evaluate as metricsOf, readRequests, type LanguageModel } from "@tokenwise/core";
import type { PreferenceExample } from "@tokenwise/data";
import { dpo, reverseKl, sequenceSum } from "@tokenwise/kit";
import { type Interval, intervalOfMean, meanOf } from "@tokenwise/sweep";
import { evaluate, type Evaluation, type Samples } from "../world/evaluate.ts";
import type { World } from "../world/worlds.ts";
import type { Pair } from "./pairs.ts";
import { sampleReviewsOf } from "./sample-reviews.ts";

export interface Measurement extends Evaluation {
  /** KL(π ‖ π_ref) of a whole review in nats: exact over the vocabulary at each step, along the model's own samples; interval over prompts. */
  readonly kl: Interval;
  /** Share of held-out pairs in which the model, against the reference, prefers what was chosen; none for the reference itself. */
  readonly accuracy: number | undefined;
}

export interface MeasureOptions {
  readonly world: World;
  readonly prompts: readonly string[];
  readonly pairs: readonly Pair[];
  readonly samplesPerPrompt: number;
  readonly seed: number;
}

export interface Measured {
  readonly measurement: Measurement;
  readonly samples: readonly Samples[];
}

/** Samples at temperature 1 and measures the samples; accuracy on pairs of held-out prompts. */
export async function measure(
  language: LanguageModel,
  reference: LanguageModel,
  { world, prompts, pairs, samplesPerPrompt, seed }: MeasureOptions,
): Promise<Measured> {
  const sampled = sampleReviewsOf(language, prompts, { samplesPerPrompt, seed });
  const examples = sampled.flatMap(({ prompt, tokens, samples }, index): PreferenceExample[] =>
    samples.map(({ ids }) => ({
      source: { file: prompt, line: index + 1 },
      prompt: tokens,
      candidates: [{ ids, content: ids.length }],
    })),
  );
  const needs = { kl: sequenceSum(reverseKl) };
  const { kl } = await readRequests({ policy: language.model, reference: reference.model, examples, needs });
  const klOfPrompts = prompts.map((_, prompt) =>
    meanOf(kl.slice(prompt * samplesPerPrompt, (prompt + 1) * samplesPerPrompt).map(([value]) => value!)),
  );
  const isReference = language === reference;
  const judged = isReference ? undefined : await metricsOf({ model: language, reference, data: pairs, method: dpo() });
  const samples = sampled.map(({ prompt, samples: reviews }) => ({
    prompt,
    completions: reviews.map(({ text }) => text),
  }));
  const accuracy = judged?.metrics["rewards/accuracies"];
  return { measurement: { ...evaluate(samples, world), kl: intervalOfMean(klOfPrompts), accuracy }, samples };
}
