/** What each word does to the true reward of a review: the best that a method could know about the tokens of a pair. */
import { asWritten, sentimentOf, type Derivation, type Reader } from "../world/derivation.ts";
import { split } from "../world/text.ts";
import { understand } from "../world/understand.ts";
import type { Truth } from "../world/truths.ts";

/**
 * The influence of each word of a completion, in units of reward: what the review is worth less what it would be worth if the phrase that
 * the word belongs to said nothing of its own. A word or idiom with a value would then mean 0, what negates or intensifies would leave its
 * part as it is, what contrasts would weigh both sides alike. A review that is broken has no influences: all are 0.
 *
 * @returns one for each word and mark of the completion.
 */
export function wordInfluences(prompt: string, completion: string, truth: Truth): readonly number[] {
  const { grammatical, derivations } = understand(`${prompt} ${completion}`);
  const length = split(completion).length;
  const [review] = derivations;
  if (!grammatical || !review) return Array<number>(length).fill(0);
  const worth = truth([review]);
  return phrasesOf(review)
    .map((phrase) => worth - truth([review], without(phrase)))
    .slice(-length);
}

/** By word: the smallest phrase around it that has a sentiment. */
function phrasesOf(derivation: Derivation, around = derivation): readonly Derivation[] {
  const { rule, parts } = derivation;
  const phrase = sentimentOf(derivation) === undefined ? around : derivation;
  let next = 0;
  return rule.symbols.flatMap((symbol) => (typeof symbol === "string" ? [phrase] : phrasesOf(parts[next++]!, phrase)));
}

const without =
  (phrase: Derivation): Reader =>
  (node, sentiments) => {
    const sentiment = asWritten(node, sentiments);
    if (node !== phrase || sentiment === undefined) return sentiment;
    return sentiments.reduce((sum, one) => sum + one, 0) / Math.max(1, sentiments.length);
  };

/** As token weights: of mean 1, in proportion to values that are 0 or more. All equal where all are 0. */
export function asWeights(values: readonly number[]): readonly number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => (sum === 0 ? 1 : (value * values.length) / sum));
}
