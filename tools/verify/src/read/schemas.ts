/** The pieces of which case files are made. Keys that are not used may be there; those that are used are checked. */
import { z } from "zod";

/** Non-finite numbers are written as strings. */
export const number = z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"]).transform(Number)]);
export const numbers = z.array(number);
export const rows = z.array(numbers);
export const ids = z.array(z.int().nonnegative());
const coefficient = z.number().default(0);

export const formula = z.object({
  terms: z.array(
    z.object({
      amp: z.number(),
      b: coefficient,
      t: coefficient,
      v: coefficient,
      m: coefficient,
      phase: coefficient,
    }),
  ),
});

const place = z.int().nonnegative().optional();

/** Rows in the order of their numbers, where they have them. */
const inOrder = <Row extends { readonly row?: number | undefined }>(given: readonly Row[]): Row[] =>
  given.every(({ row }) => row !== undefined) ? [...given].sort((a, b) => a.row! - b.row!) : [...given];

export const pairRows = z
  .array(z.object({ row: place, prompt: ids.min(1), response: ids.min(1) }))
  .min(2)
  .refine(({ length }) => length % 2 === 0, "an even number of rows: the chosen responses, then the rejected")
  .transform(inOrder);

export const groupRows = z
  .array(z.object({ row: place, promptIds: ids.min(1), response: ids.min(1) }))
  .min(1)
  .transform(inOrder);

/** What a case says of the gradient by the policy's logits; `at` lists [row, place, token, value]. */
export const gradient = z.object({
  l2: number.optional(),
  sumAbs: number.optional(),
  max: number.optional(),
  min: number.optional(),
  rowL2: numbers.optional(),
  at: z.array(z.tuple([z.int(), z.int(), z.int(), number])).optional(),
});
export type Gradient = z.output<typeof gradient>;
