/** The prompt of a row that has none: what chosen and rejected share. */
import type { ChatMessage } from "../tokenizer/tokenizer.ts";
import { wordBoundary } from "./word-boundary.ts";

export interface Split<T> {
  readonly prompt: T;
  readonly chosen: T;
  readonly rejected: T;
}

function sharedLength<T>(a: ArrayLike<T>, b: ArrayLike<T>, equal: (x: T, y: T) => boolean): number {
  const end = Math.min(a.length, b.length);
  for (let index = 0; index < end; index++) if (!equal(a[index] as T, b[index] as T)) return index;
  return end;
}

/** Shared leading messages; each side keeps at least one message as its response. */
export function splitMessages(
  chosen: readonly ChatMessage[],
  rejected: readonly ChatMessage[],
): Split<readonly ChatMessage[]> {
  const shared = sharedLength(chosen, rejected, (a, b) => a.role === b.role && a.content === b.content);
  const at = Math.max(0, Math.min(shared, chosen.length - 1, rejected.length - 1));
  return { prompt: chosen.slice(0, at), chosen: chosen.slice(at), rejected: rejected.slice(at) };
}

/**
 * The longest shared prefix that splits no word and leaves each side more than white space. A space at its end goes to the
 * responses, as byte-level vocabularies write words with the space before them.
 */
export function splitText(chosen: string, rejected: string): Split<string> {
  const lastLetter = Math.min(chosen.trimEnd().length, rejected.trimEnd().length) - 1;
  const shared = Math.min(
    sharedLength(chosen, rejected, (a, b) => a === b),
    Math.max(0, lastLetter),
  );
  const boundary = wordBoundary(chosen, rejected, shared);
  const at = chosen[boundary - 1] === " " ? boundary - 1 : boundary;
  return { prompt: chosen.slice(0, at), chosen: chosen.slice(at), rejected: rejected.slice(at) };
}
