import { meanOf } from "@tokenwise/sweep";

/** What each token of a response is worth: A_t = E[r | y_1..t] − E[r | y_1..t−1], the rest written by the reference. */
export interface Advantages {
  /** From separate halves of the rollouts. */
  readonly halves: readonly [readonly number[], readonly number[]];
  /** Standard errors of the mean of both. */
  readonly errors: readonly number[];
}

/**
 * From the rewards of rollouts, by how many tokens stand: [T + 1][rollouts]. What stands after token t is the beginning of token t + 1,
 * so that each set of rollouts serves two tokens, and the errors of neighbours are not independent.
 *
 * @throws RangeError for fewer than two rollouts of a beginning.
 */
export function advantagesOf(rewards: readonly (readonly number[])[]): Advantages {
  const values = rewards.map((of) => {
    if (of.length < 2) throw new RangeError("a beginning needs two rollouts or more");
    const mean = meanOf(of);
    const variance = of.reduce((sum, reward) => sum + (reward - mean) ** 2, 0) / (of.length - 1);
    const half = (which: number) => meanOf(of.filter((_, index) => index % 2 === which));
    return { halves: [half(0), half(1)] as const, variance: variance / of.length };
  });
  const steps = <T>(of: (before: (typeof values)[number], after: (typeof values)[number]) => T): T[] =>
    values.slice(1).map((after, token) => of(values[token]!, after));
  return {
    halves: [
      steps((before, after) => after.halves[0] - before.halves[0]),
      steps((before, after) => after.halves[1] - before.halves[1]),
    ],
    errors: steps((before, after) => Math.sqrt(before.variance + after.variance)),
  };
}

/** Of both halves. */
export const meanAdvantages = ({ halves: [first, second] }: Advantages): readonly number[] =>
  first.map((value, token) => (value + second[token]!) / 2);
