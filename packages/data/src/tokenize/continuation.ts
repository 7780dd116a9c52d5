/** Tokens of a text that goes on after other text. */
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** Text with its tokens. */
export interface EncodedText {
  readonly text: string;
  readonly ids: Int32Array;
}

export const encodePlain = (tokenizer: Tokenizer, text: string): Int32Array =>
  tokenizer.encode(text, { addSpecialTokens: false });

const startsWith = (ids: Int32Array, start: Int32Array) => start.every((id, index) => ids[index] === id);

const insertsSpaceAtStart = new WeakMap<Tokenizer, boolean>();

/** True for vocabularies in the manner of SentencePiece, which put a space before every text that they encode. */
function insertsSpace(tokenizer: Tokenizer): boolean {
  const known = insertsSpaceAtStart.get(tokenizer);
  if (known !== undefined) return known;
  const [alone, anchor, both] = ["a", "\n", "\na"].map((text) => encodePlain(tokenizer, text)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const inserts = startsWith(both, anchor) && !startsWith(both.subarray(anchor.length), alone);
  insertsSpaceAtStart.set(tokenizer, inserts);
  return inserts;
}

/**
 * Tokens of `text`, which goes on after `before`. They come after the tokens of `before` as these are, so that chosen and rejected
 * share their prompt's tokens. A vocabulary that puts a space before every text is made not to put one between the two.
 */
export function encodeContinuation(tokenizer: Tokenizer, text: string, before?: EncodedText): Int32Array {
  if (text === "" || !insertsSpace(tokenizer)) return encodePlain(tokenizer, text);
  const lineBreak = { text: "\n", ids: encodePlain(tokenizer, "\n") };
  for (const anchor of before === undefined ? [lineBreak] : [before, lineBreak]) {
    const both = encodePlain(tokenizer, anchor.text + text);
    if (startsWith(both, anchor.ids)) return both.slice(anchor.ids.length);
  }
  return encodePlain(tokenizer, text);
}
