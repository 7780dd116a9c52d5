import { forwardKl, logRatio, tf, tokenLogProb, type Request } from "@tokenwise/kit";
import { tdpo } from "@tokenwise/plugin-tdpo";
import { evaluate, reader } from "@tokenwise/testkit";
import { z } from "zod";
import { compareLosses, expectedLosses } from "../check/losses.ts";
import { given, pairsOf, sum, tokenRows } from "../given/pairs.ts";
import { number, numbers, rows } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

const schema = z.object({
  options: z.object({
    variant: z.enum(["tdpo1", "tdpo2"]),
    beta: z.number(),
    alpha: z.number().nullish(),
    tokenReduction: z.enum(["sum", "mean"]).default("sum"),
  }),
  authors_code: expectedLosses
    .extend({
      logRatioSum: numbers.optional(),
      klSum: numbers.optional(),
      policyLogProbSum: numbers.optional(),
      perToken: z
        .object({ logRatio: rows.optional(), forwardKl: rows.optional(), policyLogProb: rows.optional() })
        .default({}),
    })
    .default({ perToken: {} }),
  paper: z.object({ losses: numbers.optional(), loss: number.optional() }).default({}),
});

/** TDPO-1 and TDPO-2 on given logits; sums of tokens, or means. */
export const tdpoLoss: CaseKind = {
  name: "TDPO",
  recognizes: ({ fields }) =>
    has(fields.options, "variant", "beta") &&
    !has(fields, "attribution") &&
    !has(fields, "steps") &&
    has(fields, "input"),
  run(each, findings) {
    const { options, authors_code: code, paper } = schema.parse(each.fields);
    const { variant, beta, alpha, tokenReduction: length } = options;
    const input = pairsOf(each, findings);
    const table = given(input);
    const method = tdpo({ variant, beta, length, ...(variant === "tdpo2" && typeof alpha === "number" && { alpha }) });
    const result = evaluate(method, [table]);
    compareLosses(findings, "authors_code", result, code, { input, beta });
    findings.near("paper.losses", [...result.losses], paper.losses);
    findings.near("paper.loss", result.loss, paper.loss);
    const read = reader(table);
    const tokens = (request: Request) => tokenRows(read(request) as tf.Tensor, input);
    const perRow = (values: number[][]) => values.map((row) => (length === "mean" ? sum(row) / row.length : sum(row)));
    const compared = [
      ["logRatio", "logRatioSum", logRatio],
      ["forwardKl", "klSum", forwardKl],
      ["policyLogProb", "policyLogProbSum", tokenLogProb("policy")],
    ] as const;
    for (const [perToken, sums, request] of compared) {
      const values = tokens(request);
      findings.near(`authors_code.perToken.${perToken}`, values, code.perToken[perToken], { unit: 1 });
      findings.near(`authors_code.${sums}`, perRow(values), code[sums], { unit: 1 });
    }
  },
};
