import type { LanguageModel } from "@tokenwise/core";
import { samplePrompts, type Prompt } from "../measure/sample.ts";
import { score, type Reward } from "../measure/score.ts";
import { histogramOf, type RewardHistogram } from "./reward-histogram.ts";

export interface SampleHistogramOptions {
  readonly reward: Reward;
  readonly samples: number;
  /** Tokens. */
  readonly maxNewTokens: number;
  readonly seed: number;
}

/** Completions that are scored side by side. */
const atOnce = 16;

/** Samples of a model for one prompt, at temperature 1, and how often each reward occurred. @throws as `measurePolicy`. */
export async function sampleHistogram(
  language: LanguageModel,
  prompt: Prompt,
  { reward, samples, ...sampling }: SampleHistogramOptions,
): Promise<RewardHistogram> {
  const [sampled = []] = samplePrompts(language, [prompt], { ...sampling, samplesPerPrompt: samples });
  const rewards: number[] = [];
  for (let start = 0; start < sampled.length; start += atOnce) {
    const some = sampled.slice(start, start + atOnce);
    rewards.push(...(await Promise.all(some.map(({ text }) => score(reward, prompt.text, text)))));
  }
  return histogramOf(rewards);
}
