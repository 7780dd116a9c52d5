/** How good a model is, by the truth: sampled on held-out prompts. */
import type { LanguageModel } from "@tokenwise/core";
import { intervalOfMean, measurePolicy, type Interval } from "@tokenwise/sweep";
import { evaluate, type Evaluation, type Samples } from "../world/evaluate.ts";
import type { World } from "../world/worlds.ts";
import type { Pair } from "./pairs.ts";
import { longestReview } from "./sample-reviews.ts";

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
  const measured = await measurePolicy(language, reference, {
    ...{ prompts, samplesPerPrompt, seed, maxNewTokens: longestReview, reward: world.reward },
    ...(language !== reference && { pairs }),
  });
  const samples = measured.prompts.map(({ prompt, samples: reviews }) => ({
    prompt,
    completions: reviews.map(({ text }) => text),
  }));
  const kl = intervalOfMean(measured.prompts.map((prompt) => prompt.kl));
  return { measurement: { ...evaluate(samples, world), kl, accuracy: measured.accuracy }, samples };
}
