import { importanceWeights, logRatioColumn, tisDpo } from "@tokenwise/plugin-tis-dpo";
import { column, logRatio, reverseKl, tf, tokenLogProb, weighter, type Method, type Request } from "@tokenwise/kit";
import { evaluate, goldenColumn, pairOrder, reader, type GoldenPairs } from "@tokenwise/testkit";
import { z } from "zod";
import type { Findings } from "../check/findings.ts";
import { compareLosses, expectedLosses } from "../check/losses.ts";
import { given, pairsOf, sum, tokenRows } from "../given/pairs.ts";
import { rewardWeights } from "../given/weights.ts";
import { numbers, rows as rowsSchema } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";
import { transformOf, type Transform } from "./tis-transforms.ts";

type Rows = readonly (readonly number[])[];

const block = expectedLosses.extend({
  weightedLogRatioSum: numbers.optional(),
  weightedKlSum: numbers.optional(),
  weightedPolicyLogProbSum: numbers.optional(),
  perToken: z
    .object({
      logRatio: rowsSchema.optional(),
      policyFirstKl: rowsSchema.optional(),
      policyLogProb: rowsSchema.optional(),
    })
    .default({}),
});
const schema = z.object({
  storedScores: rowsSchema,
  options: z.object({
    beta: z.number(),
    transform: z.string().optional(),
    parameters: z.record(z.string(), z.number()).optional(),
    klTerm: z.boolean().default(false),
    alpha: z.number().nullish(),
  }),
  authors_code: block.extend({ weights: rowsSchema.optional(), endTokenWeight: z.number().default(0) }).prefault({}),
  paper: z.looseObject({ weights: rowsSchema.optional(), alpha: z.number().default(1) }).optional(),
});

/** The parameter sets that the released code ships; a case does not say which it took. */
const shipped: readonly (readonly [string, Readonly<Record<string, number>>])[] = [
  ["rank_based", { min: 0.7, max: 1.3 }],
  ["rank_based", { min: 0.5, max: 1.5 }],
  ["rank_based", { min: 0.6, max: 1.4 }],
  ["threshold_and_scale", { low: -1.5, high: 1.5, min: 0.7, max: 1.3 }],
  ["threshold_and_scale", { low: -2, high: 2, min: 0.5, max: 1.5 }],
  ["threshold_and_scale", { low: -1.8, high: 1.8, min: 0.6, max: 1.4 }],
  ["threshold", { low: -1, high: 1 }],
  ["threshold", { low: -0.8, high: 0.8 }],
  ["threshold", { low: -0.9, high: 0.9 }],
  ["binary", { percent: 100 }],
  ["binary", { percent: 50 }],
  ["binary", { percent: 75 }],
  ["origin", {}],
];

const apart = (a: Rows, b: Rows): number =>
  Math.max(0, ...a.flatMap((row, at) => row.map((value, token) => Math.abs(value - (b[at]?.[token] ?? NaN)))));

/** The weights of the released code on given logits, KL off and on, and the paper's. */
export const tisLoss: CaseKind = {
  name: "TIS-DPO",
  recognizes: ({ fields }) => has(fields, "storedScores") && has(fields.options, "beta"),
  run(each, findings) {
    const { storedScores, options, authors_code: code, paper } = schema.parse(each.fields);
    const { beta, klTerm, transform: name = "binary", parameters } = options;
    const alpha = klTerm ? (options.alpha ?? 0.5) : 0;
    const input = pairsOf(each, findings);
    findings.input("storedScores", "authors_code.endTokenWeight", "paper.alpha");
    // r = log π⁺ − log π⁻, the opposite of what is stored; the end token has none.
    const ratio = storedScores.map((scores) => [...scores.map((stored) => -stored), 0]);
    const table = given(input, [goldenColumn(logRatioColumn, ratio, input)]);
    const content = (weights: Rows) => {
      const order = pairOrder(input.pairs);
      return storedScores.map((scores, row) => weights[order.indexOf(row)]!.slice(0, scores.length));
    };
    const weightsBy = (transform: Transform) => content(rewardWeights(importanceWeights({ transform }), table));

    const candidates = (parameters ? [[name, parameters] as const] : shipped.filter(([kind]) => kind === name))
      .map(([kind, each]) => transformOf(kind, each))
      .filter((transform) => transform !== undefined)
      .map((transform) => ({ transform, weights: weightsBy(transform) }))
      .sort((a, b) => apart(a.weights, code.weights ?? a.weights) - apart(b.weights, code.weights ?? b.weights));
    const [best] = candidates;
    const weights = code.weights ?? best?.weights;
    if (!weights) {
      findings.skip("", `neither weights nor a transform that the plugin has ("${name}")`);
      return;
    }
    if (best) findings.near("authors_code.weights", best.weights, code.weights);
    else findings.skip("authors_code.weights", `the plugin has no transform "${name}" of scores: taken as a column`);
    const isOurs = best && apart(best.weights, weights) < 1e-6 && [0, 1].includes(code.endTokenWeight);
    const asStated = weights.map((row) => [...row, code.endTokenWeight]);
    const method = isOurs
      ? tisDpo({ beta, alpha, transform: best.transform, weighEnd: code.endTokenWeight === 1 })
      : weighedBy("weights", beta, alpha);
    const stated = given(input, [
      goldenColumn(logRatioColumn, ratio, input),
      goldenColumn(column("weights"), asStated, input),
    ]);
    const compare = (field: string, of: Method, expected: z.output<typeof block>, weights: Rows) => {
      compareLosses(findings, field, evaluate(of, [stated]), expected, { input, beta });
      compareSums(findings, field, expected, weights, input);
    };
    compare("authors_code", method, code, asStated);
    if (!paper) return;
    const ofPaper = tisDpo({ beta }).weighter!;
    findings.near("paper.weights", content(rewardWeights(ofPaper, table)), paper.weights);
    for (const [key, value] of Object.entries(paper)) {
      const end = /^withKl_endWeight([01])$/.exec(key)?.[1];
      if (end === undefined && key !== "weightsOnly") continue;
      const weighEnd = end === "1";
      const of = tisDpo({ beta, alpha: end === undefined ? 0 : paper.alpha, weighEnd });
      const order = pairOrder(input.pairs);
      const all = rewardWeights(of.weighter!, table);
      const ofRows = storedScores.map((_, row) => all[order.indexOf(row)]!);
      compare(`paper.${key}`, of, block.parse(value), ofRows);
    }
  },
};

/** TIS-DPO with weights that stand in a column. */
export const weighedBy = (name: string, beta: number, alpha: number): Method => ({
  ...tisDpo({ beta, alpha }),
  weighter: weighter({
    name: "given",
    needs: { weights: column(name) },
    weigh: ({ read: { weights } }) => ({ reward: weights, divergence: weights }),
  }),
});

function compareSums(
  findings: Findings,
  field: string,
  expected: z.output<typeof block>,
  weights: Rows,
  input: GoldenPairs,
): void {
  const read = reader(given(input));
  const compared = [
    ["logRatio", "weightedLogRatioSum", logRatio],
    ["policyFirstKl", "weightedKlSum", reverseKl],
    ["policyLogProb", "weightedPolicyLogProbSum", tokenLogProb("policy")],
  ] as const satisfies readonly (readonly [string, string, Request])[];
  for (const [perToken, sums, request] of compared) {
    const values = tokenRows(read(request) as tf.Tensor, input);
    findings.near(`${field}.perToken.${perToken}`, values, expected.perToken[perToken], { unit: 1 });
    const weighed = values.map((row, at) => sum(row.map((value, token) => value * weights[at]![token]!)));
    findings.near(`${field}.${sums}`, weighed, expected[sums], { unit: 1 });
  }
}
