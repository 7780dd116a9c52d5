import type { Sentiment } from "./meaning.ts";
import type { Category, Rule } from "./notation.ts";
import { weightedIndex, type Random } from "./random.ts";

/** How a category became words: the rule, and the derivations of the categories among its symbols, in order. */
export interface Derivation {
  readonly rule: Rule;
  readonly parts: readonly Derivation[];
}

/** Draws a derivation, each rule in proportion to its weight. */
export function derive(category: Category, random: Random): Derivation {
  const rule = drawRule(category, random);
  const parts = rule.symbols.flatMap((symbol) => (typeof symbol === "string" ? [] : [derive(symbol, random)]));
  return { rule, parts };
}

export function drawRule({ rules }: Category, random: Random): Rule {
  const weights = rules.map(({ weight }) => weight);
  return rules[weightedIndex(weights, random)]!;
}

export function wordsOf({ rule, parts }: Derivation): string[] {
  let next = 0;
  return rule.symbols.flatMap((symbol) => (typeof symbol === "string" ? [symbol] : wordsOf(parts[next++]!)));
}

/** What somebody makes of a node, from the sentiments of the parts that have one. */
export type Reader = (node: Derivation, sentiments: readonly number[]) => Sentiment;

/** By the meanings written beside the rules. */
export const asWritten: Reader = ({ rule }, sentiments) => rule.meaning(sentiments);

/** The sentiment of a derivation, from the leaves up. */
export function sentimentOf(derivation: Derivation, reader: Reader = asWritten): Sentiment {
  const sentiments = derivation.parts.map((part) => sentimentOf(part, reader));
  return reader(
    derivation,
    sentiments.filter((sentiment) => sentiment !== undefined),
  );
}

/** The values of the words and idioms that have one, in order: whatever is said around them, but not what is silent. */
export function valuesOf(derivation: Derivation, reader: Reader = asWritten): readonly number[] {
  if (sentimentOf(derivation) === undefined) return [];
  const values = derivation.parts.flatMap((part) => valuesOf(part, reader));
  return values.length > 0 ? values : [reader(derivation, []) ?? 0];
}

/** The last clause or verdict. */
export function lastClause({ rule, parts }: Derivation): Derivation | undefined {
  const names = rule.symbols.flatMap((symbol) => (typeof symbol === "string" ? [] : [symbol.name]));
  for (const [index, part] of [...parts.entries()].reverse()) {
    const found = /^(Clause|Verdict)/u.test(names[index]!) ? part : lastClause(part);
    if (found) return found;
  }
  return undefined;
}
