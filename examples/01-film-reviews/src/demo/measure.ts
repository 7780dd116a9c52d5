/** How good a model is, by the truth: sampled on held-out prompts. */
import { evaluate as metricsOf, readRequests, type LanguageModel } from "@tokenwise/core";
import type { PreferenceExample } from "@tokenwise/data";
import { dpo, reverseKl, sequenceSum } from "@tokenwise/kit";
import { evaluate, type Evaluation } from "../world/evaluate.ts";
import { meanOf } from "../world/interval.ts";
import type { Pair } from "./pairs.ts";
import { sampleReviewsOf } from "./sample-reviews.ts";

export interface Measurement extends Evaluation {
  /** KL(π ‖ π_ref) of a whole review in nats: exact over the vocabulary at each step, along the model's own samples. */
  readonly kl: number;
  /** Share of held-out pairs in which the model, against the reference, prefers what was chosen; none for the reference itself. */
  readonly accuracy: number | undefined;
}

export interface MeasureOptions {
  readonly prompts: readonly string[];
  readonly pairs: readonly Pair[];
  readonly samplesPerPrompt: number;
  readonly seed: number;
}

/** Samples at temperature 1 and measures the samples; accuracy on pairs of held-out prompts. */
export async function measure(
  language: LanguageModel,
  reference: LanguageModel,
  { prompts, pairs, samplesPerPrompt, seed }: MeasureOptions,
): Promise<Measurement> {
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
  const isReference = language === reference;
  const judged = isReference ? undefined : await metricsOf({ model: language, reference, data: pairs, method: dpo() });
  const completions = sampled.map(({ prompt, samples }) => ({ prompt, completions: samples.map(({ text }) => text) }));
  return {
    ...evaluate(completions),
    kl: meanOf(kl.map(([value]) => value!)),
    accuracy: judged?.metrics["rewards/accuracies"],
  };
}
