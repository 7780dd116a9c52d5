/**
 * What a rule makes of the sentiments of its parts. A sentiment is a number in [−1, 1], or nothing (a category like `Place` has none).
 *
 *     value v         this rule's words mean v
 *     scale k         k times its one part, clipped to [−1, 1]: k > 1 intensifies, 0 < k < 1 softens, k < 0 negates
 *     mean w1 w2 …    the mean of its parts with these weights; in a contrast the clause that counts has the larger weight
 *     silent          nothing, whatever the parts mean (what other people say)
 *     (left out)      its one part, unchanged; nothing if it has none
 */
export type Sentiment = number | undefined;

export type Meaning = (parts: readonly number[]) => Sentiment;

/** @param rule Names the rule in errors. */
export function readMeaning(text: string, rule: string): Meaning {
  const [operator = "", ...operands] = text.split(/ +/u);
  const numbers = operands.map(Number);
  const [first = Number.NaN] = numbers;
  if (numbers.some(Number.isNaN)) throw new RangeError(`${rule}: "${text}" has an operand that is not a number`);
  const need = (parts: readonly number[], count: number) => {
    if (parts.length !== count) throw new RangeError(`${rule}: ${parts.length} parts have a sentiment, not ${count}`);
  };
  switch (operator) {
    case "":
      return (parts) => {
        if (parts.length > 1) need(parts, 1);
        return parts[0];
      };
    case "value":
      return () => first;
    case "scale":
      return (parts) => {
        need(parts, 1);
        return Math.max(-1, Math.min(1, first * parts[0]!));
      };
    case "mean": {
      const total = numbers.reduce((sum, weight) => sum + weight, 0);
      return (parts) => {
        need(parts, numbers.length);
        return parts.reduce((sum, part, index) => sum + part * numbers[index]!, 0) / total;
      };
    }
    case "silent":
      return () => undefined;
    default:
      throw new RangeError(`${rule}: no meaning is called "${operator}"`);
  }
}
