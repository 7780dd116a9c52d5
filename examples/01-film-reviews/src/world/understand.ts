import type { Derivation } from "./derivation.ts";
import { grammar } from "./grammar.ts";
import { derivations } from "./recogniser.ts";
import { split } from "./text.ts";

export interface Understood {
  /** Whether the whole review is of the language. */
  readonly grammatical: boolean;
  /** The review; or, of one that is broken, the pieces that say something, in order. */
  readonly derivations: readonly Derivation[];
  /** Share of the pieces that are not understood; 0 of a review that is whole. */
  readonly broken: number;
}

/**
 * What there is to understand of a review. One that is not of the language is cut behind every full stop; a piece counts as understood if
 * it is a sentence, a verdict, or an opening, alone (then it says nothing) or with its sentence.
 */
export function understand(review: string): Understood {
  const words = split(review);
  const whole = derived("Review", words);
  if (whole) return { grammatical: true, derivations: [whole], broken: 0 };
  const pieces = sentencesOf(words);
  const telling = pieces.flatMap((piece) => derived("Piece", piece) ?? []);
  const understood = telling.length + pieces.filter((piece) => derived("Opening", piece)).length;
  return {
    grammatical: false,
    derivations: telling,
    broken: pieces.length === 0 ? 1 : 1 - understood / pieces.length,
  };
}

const derived = (start: "Review" | "Piece" | "Opening", words: readonly string[]): Derivation | undefined =>
  derivations(grammar.categories.get(start)!, words)[0];

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
