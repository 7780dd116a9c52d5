/** Pairs and logits in the layout of TRL's cases: rows of the stacked batch, formulas as text. */
import { tf } from "@tokenwise/kit";
import { givenPairs, pairOrder, type Given, type GoldenPairs } from "@tokenwise/testkit";
import { z } from "zod";
import type { Findings } from "../check/findings.ts";
import type { Case } from "../read/case.ts";
import { arithmetic } from "../read/expression.ts";
import { ids } from "../read/schemas.ts";
import { pairsOf } from "./pairs.ts";

export const tokenPairs = z
  .array(z.object({ prompt_ids: ids.min(1), chosen_ids: ids.min(1), rejected_ids: ids.min(1) }))
  .min(1);
const schema = z.object({
  pairs: tokenPairs,
  vocab: z.int().positive(),
  logits: z.object({ policy: z.string(), ref: z.string() }),
});

export interface TrlInput {
  readonly input: GoldenPairs;
  readonly table: Given;
}

export function trlInput(each: Case, findings: Findings): TrlInput {
  const source = "logits" in each.file ? each.file : each.fields;
  if (!("logits" in source)) {
    const input = pairsOf(each, findings);
    return { input, table: givenPairs(input) };
  }
  const { pairs, vocab, logits } = schema.parse(source);
  const silent = { terms: [] };
  const rows = [
    ...pairs.map(({ prompt_ids, chosen_ids }) => ({ prompt: prompt_ids, response: chosen_ids })),
    ...pairs.map(({ prompt_ids, rejected_ids }) => ({ prompt: prompt_ids, response: rejected_ids })),
  ];
  const input = { vocab, pairs: pairs.length, rows, policyLogits: silent, referenceLogits: silent };
  const blank = givenPairs(input);
  const width = blank.batch.responseMask.shape[1]!;
  const table = (text: string): tf.Tensor => {
    const value = arithmetic(text);
    const ofRow = (b: number) =>
      Array.from({ length: width }, (_, token) =>
        Array.from({ length: vocab }, (_, v) => value({ b, t: rows[b]!.prompt.length - 1 + token, v })),
      );
    return tf.tensor3d(pairOrder(pairs.length).map(ofRow));
  };
  return { input, table: { ...blank, logits: { policy: table(logits.policy), reference: table(logits.ref) } } };
}
