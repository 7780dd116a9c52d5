/** Inputs of golden cases as tables: rows 0…N−1 are the chosen responses of N pairs, N…2N−1 the rejected ones. */
import { tf, type Request } from "@tokenwise/kit";
import type { Given } from "../evaluate/given.ts";
import { logitsOf, type Formula } from "./formula.ts";
import { batchOf, tokenTable } from "./groups.ts";

export interface GoldenPairs {
  readonly vocab: number;
  readonly pairs: number;
  readonly rows: readonly { readonly prompt: readonly number[]; readonly response: readonly number[] }[];
  readonly policyLogits: Formula;
  readonly referenceLogits: Formula;
}

/** What a golden case says of the gradient by the policy's logits: norms, and [row, position, token, value]. */
export interface GoldenGradient {
  readonly l2: number;
  readonly sumAbs: number;
  readonly rowL2?: readonly number[];
  readonly at: readonly (readonly number[])[];
}

/** Golden rows in the order of the batch: chosen and rejected of a pair beside each other. */
export const pairOrder = (pairs: number): number[] =>
  Array.from({ length: 2 * pairs }, (_, row) => (row % 2) * pairs + Math.floor(row / 2));

export function givenPairs(input: GoldenPairs, values: Given["values"] = [], micro = 0): Given {
  const order = pairOrder(input.pairs);
  const candidates = order.map((row) => {
    const { prompt, response } = input.rows[row]!;
    return { row, promptLength: prompt.length, response };
  });
  const batch = batchOf(Array.from({ length: input.pairs }, (_, pair) => candidates.slice(2 * pair, 2 * pair + 2)));
  const width = batch.responseMask.shape[1]!;
  const logits = (formula: Formula) => logitsOf(formula, candidates, width, input.vocab, micro);
  return { batch, logits: { policy: logits(input.policyLogits), reference: logits(input.referenceLogits) }, values };
}

/** A column of golden rows, one value per response token, as [B, T] in the order of the batch. */
export function goldenColumn(
  request: Request,
  rows: readonly (readonly number[])[],
  input: GoldenPairs,
  padding = 7.5,
): readonly [Request, tf.Tensor] {
  const width = Math.max(...input.rows.map(({ response }) => response.length));
  return [
    request,
    tokenTable(
      pairOrder(input.pairs).map((row) => rows[row]!),
      width,
      padding,
    ),
  ];
}

/** Largest difference of two lists, relative to the largest expected entry. */
export function difference(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Infinity;
  const scale = Math.max(...expected.map(Math.abs)) || 1;
  return Math.max(...actual.map((value, index) => Math.abs(value - expected[index]!))) / scale;
}

/** How far a gradient [B, T, V] is from a golden one: its listed entries and its norms, each relative to its own scale. */
export function gradientDifference(gradient: tf.Tensor, golden: GoldenGradient, input: GoldenPairs): number {
  const order = pairOrder(input.pairs);
  const values = gradient.arraySync() as number[][][];
  const entries = golden.at.map(([row, position, token]) => {
    const inResponse = position! - (input.rows[row!]!.prompt.length - 1);
    return values[order.indexOf(row!)]![inResponse]?.[token!] ?? 0;
  });
  const rowNorms = [...tf.sqrt(tf.sum(tf.square(gradient), [1, 2])).dataSync()];
  const rowL2 = order.map((_, row) => rowNorms[order.indexOf(row)]!);
  return Math.max(
    difference(
      entries,
      golden.at.map(([, , , value]) => value!),
    ),
    difference([Math.hypot(...rowNorms)], [golden.l2]),
    difference([...tf.sum(tf.abs(gradient)).dataSync()], [golden.sumAbs]),
    golden.rowL2 ? difference(rowL2, golden.rowL2) : 0,
  );
}
