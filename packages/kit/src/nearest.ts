import { closest, distance } from "fastest-levenshtein";

/** `, did you mean "beta"?` if one of `known` is near `word`, else nothing. */
export function nearest(word: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const candidate = closest(word, known);
  return distance(word, candidate) <= Math.max(2, word.length / 3) ? `, did you mean "${candidate}"?` : "";
}
