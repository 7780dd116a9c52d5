import { meanOf } from "@tokenwise/sweep";
import { meanAdvantages, type Advantages } from "./token-advantages.ts";
import { rankCorrelation } from "./rank-metrics.ts";
import { reliability } from "./correlation.ts";

/** What a response's tokens are truly worth. */
export interface Truth {
  readonly advantages: readonly number[];
  readonly halves: Advantages["halves"];
  /** Those that matter: |A| among the largest quarter of the response, rounded up, and above two standard errors. */
  readonly matters: readonly boolean[];
}

export function truthOf(measured: Advantages): Truth {
  const advantages = meanAdvantages(measured);
  return { advantages, halves: measured.halves, matters: thatMatter(advantages, measured.errors) };
}

export function thatMatter(advantages: readonly number[], errors: readonly number[]): readonly boolean[] {
  const sizes = advantages.map(Math.abs);
  const least = sizes.toSorted((a, b) => b - a)[Math.ceil(sizes.length / 4) - 1];
  return sizes.map((size, token) => least !== undefined && size >= least && size > 2 * errors[token]!);
}

/** How sure the truth itself is. */
export interface Certainty {
  readonly tokens: number;
  readonly responses: number;
  readonly matter: number;
  /** Mean standard error of an advantage. */
  readonly error: number;
  /** Of all advantages, see `reliability`. */
  readonly signed: number;
  /** Of the order of |A| within a response: Spearman–Brown of the mean rank correlation of the halves. */
  readonly ranks: number;
}

export function certaintyOf(truths: readonly Truth[], errors: readonly number[]): Certainty {
  const [first, second] = [truths.flatMap(({ halves }) => halves[0]), truths.flatMap(({ halves }) => halves[1])];
  const between = meanOf(truths.flatMap(({ halves: [one, other] }) => rankCorrelation(sizes(one), sizes(other)) ?? []));
  return {
    tokens: first.length,
    responses: truths.length,
    matter: truths.flatMap(({ matters }) => matters.filter(Boolean)).length,
    error: meanOf(errors),
    signed: reliability(first, second),
    ranks: (2 * between) / (1 + between),
  };
}

export const sizes = (values: readonly number[]): readonly number[] => values.map(Math.abs);
