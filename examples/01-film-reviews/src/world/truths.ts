/** What makes a review good: three answers, each a number in [−1, 1] from what is understood of it. */
import { lastClause, sentimentOf, valuesOf, type Derivation, type Reader } from "./derivation.ts";

export type Truth = (understood: readonly Derivation[], reader?: Reader) => number;

/** Its sentiment, by the semantics of the grammar: what is negated counts against, what is conceded less. Of pieces the mean. */
export const scope: Truth = (understood, reader) => {
  const sentiments = understood.flatMap((derivation) => sentimentOf(derivation, reader) ?? []);
  return sentiments.reduce((sum, sentiment) => sum + sentiment, 0) / Math.max(1, sentiments.length);
};

/** So many words of value 1 are as good as a review can be. */
const fullMarks = 3;

/** Its words: the sum of the values of those that have one, whatever is said around them. */
export const additive: Truth = (understood, reader) => {
  const values = understood.flatMap((derivation) => valuesOf(derivation, reader));
  const sum = values.reduce((total, value) => total + value, 0);
  return Math.max(-1, Math.min(1, sum / fullMarks));
};

/** Its last clause, or the verdict that it ends with: the sentiment of that alone. */
export const delayed: Truth = (understood, reader) => {
  const last = understood.at(-1);
  const clause = last && lastClause(last);
  return (clause && sentimentOf(clause, reader)) ?? 0;
};
