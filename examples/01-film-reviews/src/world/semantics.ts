import { sentimentOf } from "./derivation.ts";
import { grammar } from "./grammar.ts";
import { derivations } from "./recogniser.ts";
import { split } from "./text.ts";

export interface Score {
  /** In [−1, 1]. */
  readonly reward: number;
  /** Whether the whole review is of the language. */
  readonly grammatical: boolean;
}

/**
 * The true reward of a whole review (prompt and continuation).
 *
 * Grammatical: the sentiment of its derivation, by the meanings written beside the rules of the grammar.
 *
 * Otherwise: the text is cut behind every full stop. A piece counts as understood if it is a sentence, a verdict, or an opening, alone or
 * with its sentence; the reward is
 *
 *     max(−1, s − ½ − ½ · b)
 *
 * where s is the mean sentiment of the understood pieces that have one (0 without any) and b the share of pieces not understood. So a
 * broken review earns ½ at most, and −1 if nothing in it is understood.
 */
export function score(review: string): Score {
  const words = split(review);
  const reward = sentiment("Review", words);
  if (reward !== undefined) return { reward, grammatical: true };

  const pieces = sentencesOf(words);
  const sentiments = pieces.map((piece) => sentiment("Piece", piece)).filter((value) => value !== undefined);
  const understood = sentiments.length + pieces.filter((piece) => isDerived("Opening", piece)).length;
  const broken = pieces.length === 0 ? 1 : 1 - understood / pieces.length;
  const mean = sentiments.reduce((sum, value) => sum + value, 0) / Math.max(1, sentiments.length);
  return { reward: Math.max(-1, mean - 0.5 - 0.5 * broken), grammatical: false };
}

type Start = "Review" | "Piece" | "Opening";

const isDerived = (start: Start, words: readonly string[]) =>
  derivations(grammar.categories.get(start)!, words).length > 0;

function sentiment(start: Start, words: readonly string[]): number | undefined {
  const [derivation] = derivations(grammar.categories.get(start)!, words);
  return derivation && sentimentOf(derivation);
}

function sentencesOf(words: readonly string[]): string[][] {
  const sentences: string[][] = [];
  let begin = 0;
  while (begin < words.length) {
    const stop = words.indexOf(".", begin);
    const end = stop < 0 ? words.length : stop + 1;
    sentences.push(words.slice(begin, end));
    begin = end;
  }
  return sentences;
}
