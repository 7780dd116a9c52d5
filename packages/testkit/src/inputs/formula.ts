/** Tables of numbers that anyone can make again: sums of sines. */
import { tf } from "@tokenwise/kit";

/** amp · sin(b·row + t·position + v·token + m·micro + phase); what is missing is 0. */
export interface Term {
  readonly amp: number;
  readonly b?: number;
  readonly t?: number;
  readonly v?: number;
  readonly m?: number;
  readonly phase?: number;
}
export interface Formula {
  readonly terms: readonly Term[];
}

/** A row of a table of logits: which row of the formula it is, and how many tokens come before its response. */
export interface FormulaRow {
  readonly row: number;
  readonly promptLength: number;
}

export const valueAt = ({ terms }: Formula, row: number, position: number, token: number, micro = 0): number =>
  terms.reduce(
    (sum, { amp, b = 0, t = 0, v = 0, m = 0, phase = 0 }) =>
      sum + amp * Math.sin(b * row + t * position + v * token + m * micro + phase),
    0,
  );

/**
 * Logits at the positions that predict response tokens: response token j is predicted at position promptLength − 1 + j.
 *
 * @returns [rows, width, vocabulary]; beyond a response the formula goes on, so that padding holds something.
 */
export function logitsOf(
  formula: Formula,
  rows: readonly FormulaRow[],
  width: number,
  vocabulary: number,
  micro = 0,
): tf.Tensor3D {
  const values = rows.map(({ row, promptLength }) =>
    Array.from({ length: width }, (_, token) =>
      Array.from({ length: vocabulary }, (_, id) => valueAt(formula, row, promptLength - 1 + token, id, micro)),
    ),
  );
  return tf.tensor3d(values, [rows.length, width, vocabulary]);
}
