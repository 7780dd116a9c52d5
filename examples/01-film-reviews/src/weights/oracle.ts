import { compare, type Agreement } from "./compare.ts";
import type { ByToken } from "./token-weights.ts";
import type { Advantages } from "./token-advantages.ts";
import { truthOf } from "./truth.ts";

/** Weights |A| of mean 1 over a response, as a column would have them: no method could know them. Equal where all are 0. */
export const oracleColumn = (advantages: readonly number[]): readonly number[] => {
  const sum = advantages.reduce((total, value) => total + Math.abs(value), 0);
  return advantages.map((value) => (sum === 0 ? 1 : (advantages.length * Math.abs(value)) / sum));
};

/**
 * How well what half of the rollouts says finds what the other half says matters: a measure of the truth's own noise. Weights that knew
 * the truth itself would agree more than this, as would those of all rollouts.
 */
export function oracleAgreement(measured: readonly Advantages[], seed: number): Agreement {
  const known = measured.map(({ halves: [first] }) => first);
  const truths = measured.map(({ halves: [, second], errors }) =>
    truthOf({ halves: [second, second], errors: errors.map((error) => Math.SQRT2 * error) }),
  );
  const signed: ByToken = known.map((of, response) => (response % 2 === 0 ? of : of.map((value) => -value)));
  return compare(truths, { weights: known.map(oracleColumn), signed }, seed);
}
