/** Where text may be split without splitting a word. */

/** Scripts written without spaces between words: there a dictionary says where words end. */
const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u;
const space = /\s/;
const segmenter = new Intl.Segmenter("und", { granularity: "word" });
/** Characters on either side that the dictionary is shown; no word is longer. */
const window = 128;

/** Where the word starts that `index` is in; `index` itself between words. */
function wordStart(text: string, index: number): number {
  if (index === text.length) return index;
  const from = Math.max(0, index - window);
  const word = segmenter.segment(text.slice(from, index + window)).containing(index - from);
  return from + (word?.index ?? 0);
}

/**
 * The last place, at or before `index`, where no word of either text is split; the texts are the same up to `index`. A word is
 * what stands between white space, however punctuated ("don't", "1.5", "x_1", "a.b/c"); in unspaced scripts, a word of the
 * Unicode segmentation.
 */
export function wordBoundary(a: string, b: string, index: number): number {
  let at = index;
  while (at > 0 && !space.test(a[at - 1] ?? "")) {
    const after = [a, b].map((text) => text.slice(at, at + 2));
    if (after.every((text) => text === "" || space.test(text[0] ?? ""))) break;
    const inUnspaced = [a.slice(Math.max(0, at - 2), at), ...after].some((text) => unspaced.test(text));
    const start = inUnspaced ? Math.min(wordStart(a, at), wordStart(b, at)) : at - 1;
    if (start === at) break;
    at = start;
  }
  return at;
}
