import type { LanguageModel } from "@tokenwise/core";
import { promptTokens } from "@tokenwise/data";
import { generate } from "@tokenwise/model";
import { longestReview } from "../demo/sample-reviews.ts";
import { meanOf } from "../world/interval.ts";
import { score } from "../world/semantics.ts";

export interface Review {
  readonly prompt: string;
  readonly text: string;
}

/** Prompt and response of a review as tokens, the end token included. */
export function tokensOf({ tokenizer }: LanguageModel, { prompt, text }: Review) {
  const before = promptTokens(tokenizer, prompt);
  const all = promptTokens(tokenizer, `${prompt} ${text}`);
  return { prompt: before, response: Int32Array.of(...all.slice(before.length), tokenizer.eosId) };
}

/**
 * What each token of a review is worth: A_t = E[r | y_1..t] − E[r | y_1..t−1], the rest written by the reference; twice, from
 * separate halves of the rollouts. The end token is left out.
 *
 * @param options.rollouts How often the rest of the review is written, for every token.
 */
export function tokenAdvantages(
  reference: LanguageModel,
  review: Review,
  { rollouts, seed }: { readonly rollouts: number; readonly seed: number },
): readonly [readonly number[], readonly number[]] {
  const { tokenizer, model } = reference;
  const { prompt, response } = tokensOf(reference, review);
  const beginnings = Array.from(response, (_, length) => Int32Array.of(...prompt, ...response.slice(0, length)));
  const rests = generate(
    model,
    beginnings.flatMap((beginning) => Array<Int32Array>(rollouts).fill(beginning)),
    { maxNewTokens: longestReview, temperature: 1, stopTokens: [tokenizer.eosId], seed, batchSize: 128 },
  );
  const rewards = rests.map((rest, index) => {
    const whole = Int32Array.of(...beginnings[Math.floor(index / rollouts)]!, ...rest);
    return score(tokenizer.decode(whole, { skipSpecialTokens: true })).reward;
  });
  const advantagesOf = (half: 0 | 1) => {
    const values = beginnings.map((_, token) =>
      meanOf(rewards.slice(token * rollouts, (token + 1) * rollouts).filter((_, index) => index % 2 === half)),
    );
    return values.slice(1).map((value, token) => value - values[token]!);
  };
  return [advantagesOf(0), advantagesOf(1)];
}
