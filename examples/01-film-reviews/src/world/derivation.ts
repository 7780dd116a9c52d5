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

/** The sentiment of a derivation, from the leaves up. */
export function sentimentOf({ rule, parts }: Derivation): Sentiment {
  return rule.meaning(parts.map(sentimentOf).filter((sentiment) => sentiment !== undefined));
}
