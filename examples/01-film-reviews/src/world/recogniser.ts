import type { Derivation } from "./derivation.ts";
import type { Category, Rule } from "./notation.ts";

/** Something found from some position on: where it ends (exclusive), and what it is made of. */
interface Finding {
  readonly end: number;
  readonly derivation: Derivation;
}
interface Match {
  readonly end: number;
  readonly parts: readonly Derivation[];
}

const nothing: readonly never[] = [];

/**
 * Every derivation of all the words as the category; none if they are not of the language, more than one if it is ambiguous.
 *
 * A top-down chart parser: what was found for a category at a position is kept, and only rules that can begin with the next word are
 * tried. It works for every grammar without left recursion and empty rules, which the notation refuses.
 */
export function derivations(category: Category, words: readonly string[]): Derivation[] {
  const chart = new Map<number, readonly Finding[]>();

  const find = (wanted: Category, start: number): readonly Finding[] => {
    const key = wanted.index * words.length + start;
    const known = chart.get(key);
    if (known) return known;
    const findings: Finding[] = [];
    for (const rule of wanted.starts.get(words[start] ?? "") ?? nothing) {
      for (const { end, parts } of match(rule, start)) findings.push({ end, derivation: { rule, parts } });
    }
    chart.set(key, findings);
    return findings;
  };

  const match = ({ symbols }: Rule, start: number): readonly Match[] => {
    let matches: readonly Match[] = [{ end: start, parts: nothing }];
    for (const symbol of symbols) {
      const longer: Match[] = [];
      for (const { end, parts } of matches) {
        if (typeof symbol !== "string") {
          for (const found of find(symbol, end)) longer.push({ end: found.end, parts: [...parts, found.derivation] });
        } else if (words[end] === symbol) {
          longer.push({ end: end + 1, parts });
        }
      }
      if (longer.length === 0) return nothing;
      matches = longer;
    }
    return matches;
  };

  return find(category, 0).flatMap(({ end, derivation }) => (end === words.length ? [derivation] : []));
}
