/** Groups of candidates with formulas for their logits. */
import { rewards as rewardsRequest, tf } from "@tokenwise/kit";
import { batchOf, logitsOf, type Formula, type Given } from "@tokenwise/testkit";
import { z } from "zod";
import type { Findings } from "../check/findings.ts";
import type { Places } from "../check/gradient.ts";
import { type Case, Unreadable } from "../read/case.ts";
import { formula, groupRows } from "../read/schemas.ts";
import { checkFormulas, inputOf, louder } from "./input.ts";

const schema = z.object({
  vocab: z.int().positive(),
  groupSize: z.int().positive(),
  rows: groupRows,
  policyLogits: formula,
  anchorLogits: formula,
  rewards: z.array(z.array(z.number())).optional(),
});

export interface Groups {
  readonly vocab: number;
  readonly groupSize: number;
  readonly rows: readonly { readonly promptIds: readonly number[]; readonly response: readonly number[] }[];
  readonly policyLogits: Formula;
  readonly anchorLogits: Formula;
  /** By prompt and candidate. */
  readonly rewards: readonly (readonly number[])[];
}

/** Of the case, where the input has none. */
const rewardsOf = ({ fields }: Case): number[][] => z.array(z.array(z.number())).default([]).parse(fields.rewards);

/** Row = prompt · group size + candidate. Logits are divided by the temperature. */
export function groupsOf(each: Case, findings: Findings, temperature: number): Groups {
  const fields = inputOf(each);
  const { rewards = rewardsOf(each), policyLogits, anchorLogits, ...rest } = schema.parse(fields);
  checkFormulas(findings, fields, { policy: policyLogits, anchor: anchorLogits, reference: anchorLogits });
  findings.input("input", "inputOverride", "options");
  if (rewards.length * rest.groupSize !== rest.rows.length || rewards.some(({ length }) => length !== rest.groupSize))
    throw new Unreadable(
      `input.rewards: not ${rest.groupSize} for each of ${rest.rows.length / rest.groupSize} prompts`,
    );
  const [policy, anchor] = [policyLogits, anchorLogits].map((each) => louder(each, 1 / temperature));
  return { ...rest, policyLogits: policy!, anchorLogits: anchor!, rewards };
}

/** The prompts that are kept, as a table. */
export function groupTable(groups: Groups, kept: readonly number[], rewards: readonly (readonly number[])[]): Given {
  const { rows, groupSize, vocab, policyLogits, anchorLogits } = groups;
  const candidates = rows.map(({ promptIds, response }, row) => ({ row, promptLength: promptIds.length, response }));
  const ofPrompt = (prompt: number) => candidates.slice(groupSize * prompt, groupSize * (prompt + 1));
  const batch = batchOf(kept.map(ofPrompt));
  const logits = (of: Formula) => logitsOf(of, kept.flatMap(ofPrompt), batch.responseMask.shape[1]!, vocab);
  return {
    batch,
    logits: { policy: logits(policyLogits), reference: logits(anchorLogits) },
    values: [[rewardsRequest, tf.tensor2d(kept.map((prompt) => [...rewards[prompt]!]))]],
  };
}

/** The file counts response tokens. */
export const groupPlaces = ({ rows }: Groups): Places => ({
  order: rows.map((_, row) => row),
  token: (_, token) => token,
});
