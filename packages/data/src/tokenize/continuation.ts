/** Tokens of a text that goes on after other text. */
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

const encode = (tokenizer: Tokenizer, text: string) => tokenizer.encode(text, { addSpecialTokens: false });

const startsWith = (ids: Int32Array, start: Int32Array) => start.every((id, index) => ids[index] === id);

/** Texts to stand before a continuation; the first one that keeps its own tokens there is taken. */
const anchors = ["\n", ".", "a"];

const insertsSpaceAtStart = new WeakMap<Tokenizer, boolean>();

/** True for vocabularies in the manner of SentencePiece, which put a space before every text that they encode. */
function insertsSpace(tokenizer: Tokenizer): boolean {
  const known = insertsSpaceAtStart.get(tokenizer);
  if (known !== undefined) return known;
  const [alone, anchor, both] = ["a", "\n", "\na"].map((text) => encode(tokenizer, text)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const inserts = startsWith(both, anchor) && !startsWith(both.subarray(anchor.length), alone);
  insertsSpaceAtStart.set(tokenizer, inserts);
  return inserts;
}

/**
 * Tokens of `text`, a response or a part of one, by itself: they do not depend on what stands before, so that chosen and rejected
 * share their prompt's tokens. No space is put before it, whatever the vocabulary does at the start of a text.
 */
export function encodeContinuation(tokenizer: Tokenizer, text: string): Int32Array {
  if (text === "" || !insertsSpace(tokenizer)) return encode(tokenizer, text);
  for (const anchor of anchors) {
    const start = encode(tokenizer, anchor);
    const both = encode(tokenizer, anchor + text);
    if (startsWith(both, start)) return both.slice(start.length);
  }
  return encode(tokenizer, text);
}
