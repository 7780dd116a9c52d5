import { tf } from "@tokenwise/kit";
import { attentionRollout } from "@tokenwise/model";
import { attentionWeights, weightsColumn, type Options } from "@tokenwise/plugin-attention-po";
import { z } from "zod";
import { Unreadable } from "../read/case.ts";
import type { Findings } from "../check/findings.ts";
import { judgeTools, type JudgePass } from "../given/judge.ts";
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
type Sides = z.output<typeof byResponse>;
const schema = z.object({
  judge: z.object({
    layers: z.int().positive(),
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

type Judge = z.output<typeof schema>["judge"];

/** What token i of a layer pays to each token, mean over heads: a softmax of sines over those up to itself, as the case says. */
function rowOf({ heads, attention: k }: Judge, layer: number, i: number, { length, callIndex }: Pass): Float64Array {
  const row = new Float64Array(length);
  for (let head = 0; head < heads; head++) {
    const scores = Float64Array.from({ length: i + 1 }, (_, j) =>
      Math.exp(2 * Math.sin(layer * k.l + head * k.h + i * k.i + j * k.j + callIndex * k.call)),
    );
    const total = scores.reduce((sum, value) => sum + value, 0);
    scores.forEach((value, j) => (row[j]! += value / total / heads));
  }
  return row;
}
const lastRow = (judge: Judge, layer: number, pass: Pass): Float64Array => rowOf(judge, layer, pass.length - 1, pass);

/** The last row of the rollout over all layers, as the plugin asks for it. */
const rolledOut = (judge: Judge, pass: Pass): Float32Array =>
  tf.tidy(() =>
    attentionRollout(pass.length, judge.layers, (layer) => ({ start, length }) => {
      const rows = Array.from({ length }, (_, row) => [...rowOf(judge, layer, start + row, pass)]);
      return tf.tensor2d(rows);
    }).dataSync<"float32">(),
  );

const passOf = (judge: Judge, pass: Pass): JudgePass => ({
  ...pass,
  row: (layer) => (layer === "rollout" ? rolledOut(judge, pass) : lastRow(judge, layer, pass)),
});

/** A source of weights as options: "29", "mean" (over all of the case's), "mean_5_29", "attention_rollout"; undefined for others. */
function optionsOf(source: string, sources: readonly string[]): Pick<Options, "layers" | "combine"> | undefined {
  if (source === "attention_rollout") return { layers: ["rollout"] };
  const [kind, ...listed] = source.split("_");
  const layers = (kind === "mean" ? (listed.length > 0 ? listed : sources) : [source]).map(Number);
  return layers.every(Number.isInteger) ? { layers, ...(kind === "mean" && { combine: "sum" as const }) } : undefined;
}

/** AttentionPO's weights from a judge whose attention is given by a formula: both orders, the sink fix, the scaling. */
export const judgeWeights: CaseKind = {
  name: "AttentionPO judge",
  recognizes: ({ fields }) => has(fields, "judge") && has(fields.authors_code, "rows"),
  async run({ fields }, findings) {
    const { judge, sources, authors_code } = schema.parse(fields);
    findings.input("judge", "sources");
    for (const [index, { passes, weights, scaledWeights }] of authors_code.rows.entries()) {
      const field = `authors_code.rows.${index}`;
      passes.forEach((each, at) => checkPass(findings, `${field}.passes.${at}`, each, judge));
      const compare = async (place: string, source: string, options: Options, expected: Sides): Promise<void> => {
        const own = optionsOf(source, sources);
        if (!own) findings.skip(place, `no source of weights "${source}" is known`);
        const [chosen, rejected] = own ? await annotated(judge, passes, { ...options, ...own }) : [];
        if (!chosen || !rejected) return;
        findings.near(`${place}.chosen`, chosen, expected.chosen);
        findings.near(`${place}.rejected`, rejected, expected.rejected);
      };
      for (const [source, expected] of Object.entries(weights))
        await compare(`${field}.weights.${source}`, source, { sinkTokens: 0, lengthScale: false }, expected);
      for (const [name, expected] of Object.entries(scaledWeights)) {
        const [source = "", sinkFix] = name.split("/sinkFix=");
        await compare(`${field}.scaledWeights.${name}`, source, { sinkTokens: sinkFix === "true" ? 1 : 0 }, expected);
      }
    }
  },
};

function checkPass(findings: Findings, field: string, each: Pass, judge: Judge): void {
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

async function annotated(judge: Judge, passes: readonly Pass[], options: Options) {
  const [straight, swapped] = ["cr", "rc"].map((wanted) => passes.find(({ order }) => order === wanted));
  if (!straight || !swapped) throw new Unreadable("passes: not both orders, cr and rc");
  const response = ([start, end]: readonly [number, number]) => ({
    ids: new Int32Array(end - start),
    content: end - start,
  });
  const example = { prompt: new Int32Array(1), responses: [response(straight.spanA), response(straight.spanB)] };
  const [annotator] = attentionWeights(options).annotators!;
  const { columns } = await annotator!.annotate(example, judgeTools(passOf(judge, straight), passOf(judge, swapped)));
  return columns[weightsColumn]!.map((weights) => [...weights]);
}
