import { judgeAttention } from "@tokenwise-tools/method-sketches";
import type { AnnotationTools } from "@tokenwise/kit";
import { z } from "zod";
import { Unreadable } from "../read/case.ts";
import type { Findings } from "../check/findings.ts";
import { numbers } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

const span = z.tuple([z.int(), z.int()]);
const pass = z.object({
  order: z.enum(["cr", "rc"]),
  callIndex: z.int().default(0),
  length: z.int(),
  spanA: span,
  spanB: span,
  headMeanLastRow: z.record(z.string(), z.object({ A: numbers, B: numbers })).default({}),
});
const byResponse = z.object({ chosen: numbers, rejected: numbers });
const schema = z.object({
  judge: z.object({
    heads: z.int().positive(),
    attention: z.object({ l: z.number(), h: z.number(), i: z.number(), j: z.number(), call: z.number() }),
  }),
  sources: z.array(z.string()),
  authors_code: z.object({
    rows: z.array(
      z.object({
        passes: z.array(pass),
        weights: z.record(z.string(), byResponse).default({}),
        scaledWeights: z.record(z.string(), byResponse).default({}),
      }),
    ),
  }),
});
type Pass = z.output<typeof pass>;

/** The last row of a layer's attention, mean over heads: a softmax of sines, as the case says. */
function lastRow(
  { heads, attention: k }: z.output<typeof schema>["judge"],
  layer: number,
  { length, callIndex }: Pass,
): Float64Array {
  const row = new Float64Array(length);
  for (let head = 0; head < heads; head++) {
    const scores = Float64Array.from({ length }, (_, j) =>
      Math.exp(2 * Math.sin(layer * k.l + head * k.h + (length - 1) * k.i + j * k.j + callIndex * k.call)),
    );
    const total = scores.reduce((sum, value) => sum + value, 0);
    scores.forEach((value, j) => (row[j]! += value / total / heads));
  }
  return row;
}

/** What `judgeAttention` asks of a judge, answered from the attention rows of the two passes. */
function toolsFor(passes: readonly Pass[], rowOf: (pass: Pass) => Float64Array): AnnotationTools {
  let asked = -1;
  const next = (): Pass => passes.find(({ order }) => order === (asked === 0 ? "cr" : "rc"))!;
  return {
    digest: () => "judge",
    prepend: (_, __, prompt) => prompt,
    chat() {
      asked += 1;
      const { spanA, spanB, length } = next();
      return { ids: new Int32Array(length), spans: [[0, 0], spanA, spanB] };
    },
    run: () => Promise.resolve({ row: Float32Array.from(rowOf(next())) } as never),
  };
}

/** AttentionPO's weights from a judge whose attention is given by a formula: both orders, the sink fix, the scaling. */
export const judgeWeights: CaseKind = {
  name: "AttentionPO judge",
  recognizes: ({ fields }) => has(fields, "judge") && has(fields.authors_code, "rows"),
  async run({ fields }, findings) {
    const { judge, authors_code } = schema.parse(fields);
    findings.input("judge");
    for (const [index, { passes, weights, scaledWeights }] of authors_code.rows.entries()) {
      const field = `authors_code.rows.${index}`;
      passes.forEach((each, at) => checkPass(findings, `${field}.passes.${at}`, each, judge));
      const annotate = (layer: number, sinkFix: boolean) =>
        annotated(passes, sinkFix, (each) => lastRow(judge, layer, each));
      for (const [source, expected] of Object.entries(weights)) {
        const place = `${field}.weights.${source}`;
        if (!isLayer(source)) findings.skip(place, offered);
        else compareSides(findings, place, await annotate(Number(source), false), expected, "shares");
      }
      for (const [name, expected] of Object.entries(scaledWeights)) {
        const place = `${field}.scaledWeights.${name}`;
        const [source = "", sinkFix] = name.split("/sinkFix=");
        if (!isLayer(source)) findings.skip(place, offered);
        else compareSides(findings, place, await annotate(Number(source), sinkFix === "true"), expected, "scaled");
      }
    }
  },
};

const offered = "the judge's weights are of one layer: neither sums over layers nor rollout";
const isLayer = (source: string): boolean => /^\d+$/.test(source);

function checkPass(findings: Findings, field: string, each: Pass, judge: z.output<typeof schema>["judge"]): void {
  findings.input(
    ...["callIndex", "length", "spanA", "spanB", "verbatimLengthA", "verbatimLengthB"].map((key) => `${field}.${key}`),
  );
  for (const [source, { A, B }] of Object.entries(each.headMeanLastRow)) {
    const row = lastRow(judge, Number(source), each);
    const part = ([start, end]: readonly [number, number]) => [...row.slice(start, end)];
    const tolerance = findings.tolerances.formula;
    findings.near(`${field}.headMeanLastRow.${source}.A`, part(each.spanA), A, { tolerance });
    findings.near(`${field}.headMeanLastRow.${source}.B`, part(each.spanB), B, { tolerance });
  }
  findings.input(`${field}.perHeadLastRowA`);
}

async function annotated(passes: readonly Pass[], sinkFix: boolean, rowOf: (pass: Pass) => Float64Array) {
  const straight = passes.find(({ order }) => order === "cr");
  if (!straight || !passes.some(({ order }) => order === "rc"))
    throw new Unreadable("passes: not both orders, cr and rc");
  const response = ([start, end]: readonly [number, number]) => ({
    ids: new Int32Array(end - start),
    content: end - start,
  });
  const example = { prompt: new Int32Array(1), responses: [response(straight.spanA), response(straight.spanB)] };
  const { columns } = await judgeAttention({ sinkFix }).annotate(example, toolsFor(passes, rowOf));
  return columns["attention-po.weights"]!.map((weights) => [...weights]);
}

/** Scaled weights have mean 1, shares sum 1. */
function compareSides(
  findings: Findings,
  field: string,
  ours: readonly (readonly number[])[],
  expected: z.output<typeof byResponse>,
  as: "scaled" | "shares",
): void {
  const [chosen, rejected] = ours.map((row) => (as === "scaled" ? row : row.map((weight) => weight / row.length)));
  findings.near(`${field}.chosen`, [...chosen!], expected.chosen);
  findings.near(`${field}.rejected`, [...rejected!], expected.rejected);
}
