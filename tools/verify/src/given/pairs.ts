import { tf } from "@tokenwise/kit";
import { givenPairs, pairOrder, type Given, type GoldenPairs } from "@tokenwise/testkit";
import { z } from "zod";
import type { Findings } from "../check/findings.ts";
import type { Places } from "../check/gradient.ts";
import type { Case } from "../read/case.ts";
import { formula, pairRows } from "../read/schemas.ts";
import { amplitudes, checkFormulas, inputOf, louder } from "./input.ts";

const schema = z.object({
  vocab: z.int().positive(),
  rows: pairRows,
  policyLogits: formula,
  referenceLogits: formula,
});

/** Pairs with formulas for their logits; what the input lists of these is checked first. */
export function pairsOf(each: Case, findings: Findings): GoldenPairs {
  const fields = inputOf(each);
  const { vocab, rows, policyLogits, referenceLogits } = schema.parse(fields);
  checkFormulas(findings, fields, { policy: policyLogits, reference: referenceLogits });
  findings.input("input", "inputOverride", "options", "signalMargin");
  const { policyAmplitudeFactor, referenceAmplitudeFactor } = amplitudes(each);
  return {
    vocab,
    pairs: rows.length / 2,
    rows,
    policyLogits: louder(policyLogits, policyAmplitudeFactor),
    referenceLogits: louder(referenceLogits, referenceAmplitudeFactor),
  };
}

/** [B, T] as lists in the order of the file, one value per response token. */
export function tokenRows(tensor: tf.Tensor, { pairs, rows }: GoldenPairs): number[][] {
  const values = tensor.arraySync() as number[][];
  const order = pairOrder(pairs);
  return rows.map(({ response }, row) => values[order.indexOf(row)]!.slice(0, response.length));
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Values by pair and side as the file has them: all chosen, then all rejected. */
export const sides = (values: readonly (readonly number[])[]) => ({
  chosen: values.map(([chosen]) => chosen!),
  rejected: values.map(([, rejected]) => rejected!),
});

/** Token positions of the prompt and response of each row, cut to the response. */
export const responsePart = (perToken: readonly (readonly number[])[], { rows }: GoldenPairs): number[][] =>
  perToken.map((row, index) => row.slice(rows[index]!.prompt.length));

export const given = (input: GoldenPairs, values: Given["values"] = [], micro = 0): Given =>
  givenPairs(input, values, micro);

/** Where a gradient's rows and positions stand: the file counts positions in prompt and response. */
export const pairPlaces = ({ pairs, rows }: GoldenPairs): Places => {
  const order = pairOrder(pairs);
  return {
    order: rows.map((_, row) => order.indexOf(row)),
    token: (row, position) => position - ((rows[row]?.prompt.length ?? 0) - 1),
  };
};
