import { stopTokensOf, type LanguageModel } from "@tokenwise/core";
import { promptTokens } from "@tokenwise/data";
import { generate } from "@tokenwise/model";

export interface Prompt {
  /** As the reward function is given it. */
  readonly text: string;
  readonly ids: Int32Array;
}

export interface Sampled {
  readonly text: string;
  /** With the end token, if the model wrote it. */
  readonly ids: Int32Array;
  readonly ended: boolean;
}

export interface SampleOptions {
  readonly samplesPerPrompt: number;
  /** Tokens. */
  readonly maxNewTokens: number;
  readonly seed: number;
}

/** Sequences that are decoded side by side. */
const batchSize = 64;

export const promptOf = ({ tokenizer }: LanguageModel, prompt: string | Prompt): Prompt =>
  typeof prompt === "string" ? { text: prompt, ids: promptTokens(tokenizer, prompt) } : prompt;

/** Completions from the model itself: temperature 1, the whole vocabulary. [P][samplesPerPrompt] */
export function samplePrompts(
  language: LanguageModel,
  prompts: readonly Prompt[],
  { samplesPerPrompt, maxNewTokens, seed }: SampleOptions,
): readonly (readonly Sampled[])[] {
  const { model, tokenizer } = language;
  const stopTokens = stopTokensOf(language);
  const repeated = prompts.flatMap(({ ids }) => Array<Int32Array>(samplesPerPrompt).fill(ids));
  const responses = generate(model, repeated, { temperature: 1, maxNewTokens, stopTokens, seed, batchSize });
  const sampled = responses.map((ids) => ({
    ids,
    text: tokenizer.decode(ids, { skipSpecialTokens: true }),
    ended: stopTokens.includes(ids.at(-1) ?? -1),
  }));
  return prompts.map((_, index) => sampled.slice(index * samplesPerPrompt, (index + 1) * samplesPerPrompt));
}
