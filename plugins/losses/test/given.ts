/** Two pairs with given log-probabilities and rewards, for formulas by hand. */
import { rewards, tf, tokenLogProb, type Method } from "@tokenwise/kit";
import { batchOf, evaluate, tokenTable, type Evaluation, type Given, type Moment } from "@tokenwise/testkit";

export const policy = [[-1, -2], [-3, -0.5, -1], [-0.2], [-2, -2]] as const; // prettier-ignore
export const reference = [[-1.5, -1], [-2, -1, -1], [-0.4], [-1, -2.5]] as const; // prettier-ignore

export const given = (
  { rewarded = [3, 1, 0.5, 0.25], of = policy }: { readonly rewarded?: readonly number[]; readonly of?: readonly (readonly number[])[] } = {}, // prettier-ignore
): Given => ({
  batch: batchOf([
    [
      { promptLength: 1, response: [3, 2] },
      { promptLength: 1, response: [4, 5, 2] },
    ],
    [
      { promptLength: 2, response: [2] },
      { promptLength: 2, response: [6, 2] },
    ],
  ]),
  values: [
    [tokenLogProb("policy"), tokenTable(of, 3, -9)],
    [tokenLogProb("reference"), tokenTable(reference, 3, -9)],
    [rewards, tf.tensor2d([...rewarded], [2, 2])],
  ],
});

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const mean = (values: readonly number[]): number => sum(values) / values.length;
export const softplus = (x: number): number => Math.log1p(Math.exp(x));
/** First minus second of both pairs. */
export const gaps = (scores: readonly number[]): number[] => [scores[0]! - scores[1]!, scores[2]! - scores[3]!];
/** Σ ρ by row. */
export const ratios = policy.map((row, index) => sum(row) - sum(reference[index]!));

export const run = (method: Method, moment: Moment = {}, more = {}): Evaluation =>
  evaluate(method, [given(more)], moment);
