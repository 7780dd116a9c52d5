import { derive, drawRule, sentimentOf, wordsOf, type Derivation } from "./derivation.ts";
import { grammar } from "./grammar.ts";
import type { Category } from "./notation.ts";
import { hash, seeded, type Random } from "./random.ts";
import { spell } from "./text.ts";

const review = grammar.categories.get("Review")!;

export type Split = "train" | "test";

export interface Review {
  readonly prompt: string;
  /** What follows the prompt, a space between them. */
  readonly completion: string;
  /** By the derivation it was generated from, in [−1, 1]. */
  readonly reward: number;
}

/** One prompt in four is a test prompt. It is decided by the prompt's text alone, so that no run can mix the two. */
export const splitOf = (prompt: string): Split => (hash(prompt) % 4 === 0 ? "test" : "train");

/** Reviews with prompts of the split, drawn with replacement. */
export function sampleReviews(count: number, { seed, split }: { seed: number; split: Split }): Review[] {
  const random = seeded(seed, `reviews ${split}`);
  return Array.from({ length: count }, () => drawReview(split, random));
}

/**
 * Distinct prompts of the split.
 * @throws RangeError if the grammar has not that many.
 */
export function samplePrompts(count: number, { seed, split }: { seed: number; split: Split }): string[] {
  const random = seeded(seed, `prompts ${split}`);
  const prompts = new Set<string>();
  let drawsInVain = 0;
  while (prompts.size < count) {
    const known = prompts.size;
    const prompt = drawPrompt(random);
    if (splitOf(prompt) === split) prompts.add(prompt);
    drawsInVain = prompts.size > known ? 0 : drawsInVain + 1;
    if (drawsInVain > 10_000) throw new RangeError(`${known} distinct ${split} prompts found, ${count} wanted`);
  }
  return [...prompts];
}

/** The opening of a review, without the trouble of the rest. */
function drawPrompt(random: Random): string {
  const [opening] = drawRule(review, random).symbols as [Category, Category];
  return spell(wordsOf(derive(opening, random)));
}

function drawReview(split: Split, random: Random): Review {
  for (;;) {
    const derivation = derive(review, random);
    const [opening, body] = derivation.parts as [Derivation, Derivation];
    const prompt = spell(wordsOf(opening));
    if (splitOf(prompt) === split)
      return { prompt, completion: spell(wordsOf(body)), reward: sentimentOf(derivation)! };
  }
}
