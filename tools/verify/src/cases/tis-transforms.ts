import { importanceWeights, logRatioColumn } from "@tokenwise/plugin-tis-dpo";
import { batchOf, tokenTable, type Given } from "@tokenwise/testkit";
import { z } from "zod";
import { rewardWeights } from "../given/weights.ts";
import { rows as rowsSchema } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

export type Transform = NonNullable<NonNullable<Parameters<typeof importanceWeights>[0]>["transform"]>;

/** Names of parameters in the released code's configuration, as those of the plugin. */
const names: Readonly<Record<string, string>> = {
  min_scale: "min",
  max_scale: "max",
  min_val: "low",
  max_val: "high",
  lower_threshold: "low",
  upper_threshold: "high",
  top_percent: "percent",
};

/** The plugin's transform of a name and parameters of the released code; undefined where it has none of that name. */
export function transformOf(name: string, parameters: Readonly<Record<string, number>> = {}): Transform | undefined {
  const kind = name.replaceAll("_", "-");
  const known = ["rank-based", "threshold-and-scale", "threshold", "binary", "origin"];
  if (!known.includes(kind)) return undefined;
  const renamed = Object.entries(parameters).map(([key, value]) => [names[key] ?? key, value] as const);
  return { kind, ...Object.fromEntries(renamed) } as Transform;
}

/** Scores by response as pairs: log-ratios r, of which the chosen's score is r and the rejected's −r. */
export function scoredPairs(chosen: readonly (readonly number[])[], rejected: readonly (readonly number[])[]): Given {
  const responses = chosen.flatMap((scores, pair) => [scores, rejected[pair] ?? [0]]);
  const candidates = responses.map((scores) => ({ promptLength: 1, response: [...scores.map(() => 3), 2] }));
  const batch = batchOf(chosen.map((_, pair) => candidates.slice(2 * pair, 2 * pair + 2)));
  const width = batch.responseMask.shape[1]!;
  return {
    batch,
    values: [
      [
        logRatioColumn,
        tokenTable(
          responses.map((scores) => [...scores, 0]),
          width,
          7.5,
        ),
      ],
    ],
  };
}

const transformed = z.record(
  z.string(),
  z.object({ parameters: z.record(z.string(), z.number()).default({}), weights: rowsSchema }),
);
const schema = z.object({ storedScores: rowsSchema, authors_code: transformed });

/** The transforms of the released TIS-DPO with their parameters, on stored scores log π⁻ − log π⁺ of pairs. */
export const tisTransforms: CaseKind = {
  name: "TIS-DPO transforms",
  recognizes: ({ fields }) => has(fields, "storedScores") && transformed.safeParse(fields.authors_code).success,
  run({ fields }, findings) {
    const { storedScores, authors_code: code } = schema.parse(fields);
    findings.input("storedScores");
    const pairs = storedScores.length / 2;
    const ratios = storedScores.map((scores) => scores.map((stored) => -stored));
    const table = scoredPairs(ratios.slice(0, pairs), ratios.slice(pairs));
    for (const [name, { parameters, weights }] of Object.entries(code)) {
      const field = `authors_code.${name}`;
      const transform = transformOf(name.split("/")[0]!, parameters);
      findings.input(`${field}.parameters`);
      if (!transform) {
        findings.skip(field, `the plugin has no transform "${name.split("/")[0]}"`);
        continue;
      }
      const ours = rewardWeights(importanceWeights({ transform }), table);
      const ofRow = (row: number) => ours[row < pairs ? 2 * row : 2 * (row - pairs) + 1]!;
      findings.near(
        `${field}.weights`,
        storedScores.map((scores, row) => ofRow(row).slice(0, scores.length)),
        weights,
      );
      findings.holds(
        `${field}.weights`,
        weights.every((row, at) => row.every((weight, token) => (weight === 0) === (ofRow(at)[token] === 0))),
      );
    }
  },
};

const ties = z.object({
  authors_code: z.object({
    cases: z.array(z.object({ scores: z.array(z.number()).min(1) }).catchall(z.array(z.number()))),
  }),
});

/** "binary75" and the like: a transform with default parameters, on one response's signed scores. */
function namedTransform(name: string): Transform | undefined {
  const percent = /^binary(\d+)$/.exec(name)?.[1];
  if (percent) return transformOf("binary", { top_percent: Number(percent) });
  return transformOf({ rank: "rank_based", thresholdAndScale: "threshold_and_scale" }[name] ?? name);
}

export const tisTies: CaseKind = {
  name: "TIS-DPO ties",
  recognizes: ({ fields }) => ties.safeParse(fields).success,
  run({ fields }, findings) {
    ties.parse(fields).authors_code.cases.forEach(({ scores, ...expected }, index) => {
      const field = `authors_code.cases.${index}`;
      findings.input(`${field}.scores`);
      for (const [name, weights] of Object.entries(expected)) {
        const transform = namedTransform(name);
        if (!transform) {
          findings.skip(`${field}.${name}`, `the plugin has no transform "${name}"`);
          continue;
        }
        const [ours] = rewardWeights(importanceWeights({ transform }), scoredPairs([scores], [[0]]));
        const mine = ours!.slice(0, scores.length);
        findings.near(`${field}.${name}`, mine, weights);
        findings.holds(
          `${field}.${name}`,
          weights.every((weight, at) => (weight === 0) === (mine[at] === 0)),
        );
      }
    });
  },
};
