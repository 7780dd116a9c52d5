import { tf, tokenLogProb } from "@tokenwise/kit";
import { reader } from "@tokenwise/testkit";
import { z } from "zod";
import { sum, tokenRows } from "../given/pairs.ts";
import { trlInput } from "../given/trl.ts";
import { numbers, rows as rowsSchema } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

const schema = z.object({
  per_token_logps_policy: rowsSchema.optional(),
  per_token_logps_ref: rowsSchema.optional(),
  logps_policy: numbers.optional(),
  logps_ref: numbers.optional(),
  completion_lengths_shifted: numbers.optional(),
});

/** Log-probabilities of response tokens on given logits, 0 where there is no response. */
export const trlLogProbs: CaseKind = {
  name: "log-probabilities",
  recognizes: ({ fields }) => has(fields, "per_token_logps_policy", "logits"),
  run(each, findings) {
    const expected = schema.parse(each.fields);
    const { input, table } = trlInput(each, findings);
    findings.input("pairs", "vocab", "pad", "batch", "cases");
    const width = expected.per_token_logps_policy?.[0]?.length ?? 0;
    for (const [name, model] of [
      ["policy", "policy"],
      ["ref", "reference"],
    ] as const) {
      const rows = tokenRows(reader(table)(tokenLogProb(model)) as tf.Tensor, input);
      const placed = rows.map((row, at) => {
        const before = Array<number>(input.rows[at]!.prompt.length - 1).fill(0);
        return [...before, ...row, ...Array<number>(width).fill(0)].slice(0, width);
      });
      findings.near(`per_token_logps_${name}`, placed, expected[`per_token_logps_${name}`]);
      findings.near(`logps_${name}`, rows.map(sum), expected[`logps_${name}`]);
    }
    const lengths = input.rows.map(({ response }) => response.length);
    findings.exact("completion_lengths_shifted", lengths, expected.completion_lengths_shifted);
  },
};
