import type { LanguageModel } from "@tokenwise/core";
import { generate } from "@tokenwise/model";
import { longestReview } from "../demo/sample-reviews.ts";

/** A response to a prompt as tokens, without an end token. */
export interface Written {
  readonly prompt: Int32Array;
  readonly response: Int32Array;
}

/** By how many of its tokens stand, 0 to all: the beginning, and how the reference went on. */
export interface Beginning {
  readonly begun: Int32Array;
  /** Without end tokens. */
  readonly rests: readonly Int32Array[];
}

/** Every beginning of a response, each ended several times by the model itself. */
export function rolloutsOf(
  { model, tokenizer }: LanguageModel,
  { prompt, response }: Written,
  { rollouts, seed }: { readonly rollouts: number; readonly seed: number },
): readonly Beginning[] {
  const begun = Array.from({ length: response.length + 1 }, (_, length) => response.slice(0, length));
  const rests = generate(
    model,
    begun.flatMap((tokens) => Array<Int32Array>(rollouts).fill(Int32Array.of(...prompt, ...tokens))),
    { maxNewTokens: longestReview, temperature: 1, stopTokens: [tokenizer.eosId], seed, batchSize: 128 },
  ).map((ids) => (ids.at(-1) === tokenizer.eosId ? ids.slice(0, -1) : ids));
  return begun.map((tokens, index) => ({
    begun: tokens,
    rests: rests.slice(index * rollouts, (index + 1) * rollouts),
  }));
}
