import type { LanguageModel } from "@tokenwise/core";
import { promptTokens } from "@tokenwise/data";
import { generate } from "@tokenwise/model";

export interface SampledReview {
  readonly text: string;
  readonly ids: Int32Array;
  /** Whether the model wrote the end token. */
  readonly ended: boolean;
}

export interface SampledPrompt {
  readonly prompt: string;
  readonly tokens: Int32Array;
  readonly samples: readonly SampledReview[];
}

/** Tokens; the grammar's reviews are shorter. */
export const longestReview = 48;

/** Reviews by a model at temperature 1, several for each prompt. */
export function sampleReviewsOf(
  { model, tokenizer }: LanguageModel,
  prompts: readonly string[],
  { samplesPerPrompt, seed }: { readonly samplesPerPrompt: number; readonly seed: number },
): readonly SampledPrompt[] {
  const tokens = prompts.map((prompt) => promptTokens(tokenizer, prompt));
  const repeated = tokens.flatMap((ids) => Array<Int32Array>(samplesPerPrompt).fill(ids));
  const stopTokens = [tokenizer.eosId];
  const responses = generate(model, repeated, {
    maxNewTokens: longestReview,
    temperature: 1,
    stopTokens,
    seed,
    batchSize: 64,
  });
  const reviews = responses.map((ids) => ({
    ids,
    text: tokenizer.decode(ids, { skipSpecialTokens: true }),
    ended: ids.at(-1) === tokenizer.eosId,
  }));
  return prompts.map((prompt, index) => ({
    prompt,
    tokens: tokens[index]!,
    samples: reviews.slice(index * samplesPerPrompt, (index + 1) * samplesPerPrompt),
  }));
}
