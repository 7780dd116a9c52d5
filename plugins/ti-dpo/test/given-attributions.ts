/** Attributions that are given, as the request's value. */
import { inputGradient, tf } from "@tokenwise/kit";
import { pairOrder, tokenTable, type Given, type GoldenPairs } from "@tokenwise/testkit";

export type Rows = readonly (readonly number[])[];
type Value = NonNullable<Given["values"]>[number];

/** What stands at the response, of rows over prompt and response. */
export const responsePart = (rows: Rows, { rows: sequences }: GoldenPairs): Rows =>
  rows.map((row, index) => row.slice(sequences[index]!.prompt.length));

/** Of pairs, from rows over prompt and response; something else in the padding. */
export function attributions(rows: Rows, input: GoldenPairs, norm: "l1" | "l2" = "l1"): Value {
  const order = pairOrder(input.pairs);
  const width = Math.max(...input.rows.map(({ response }) => response.length));
  const inResponse = responsePart(rows, input);
  const response = tokenTable(order.map((row) => inResponse[row]!), width, 5.5); // prettier-ignore
  const totals = order.map((row) => rows[row]!.reduce((sum, value) => sum + value, 0));
  return [inputGradient({ norm }), { response, sequenceTotal: tf.tensor2d(totals, [input.pairs, 2]) }];
}
