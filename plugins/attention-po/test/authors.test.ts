/** What the authors' code computed. */
import { attentionRollout, useBackend } from "@tokenwise/model";
import { column, compose, constantBeta, implicitReward, logistic, tf } from "@tokenwise/kit";
import {
  difference,
  evaluate,
  givenPairs,
  goldenColumn,
  gradientDifference,
  type GoldenGradient,
  type GoldenPairs,
} from "@tokenwise/testkit";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { attentionPo, attentionWeights, twDpo, weightsColumn, type Options } from "../src/index.ts";
import { exampleOf, givenJudge, type GivenPass } from "./given-judge.ts";
import file from "./goldens/authors.json" with { type: "json" };

type Rows = readonly (readonly number[])[];
interface LossCase {
  readonly name: string;
  readonly input: string;
  readonly options: { readonly beta: number; readonly labelSmoothing: number };
  readonly weights: Rows;
  readonly authors_code: {
    readonly losses: readonly number[];
    readonly weightedRewardsChosen: readonly number[];
    readonly weightedRewardsRejected: readonly number[];
    readonly plainRewardsChosen: readonly number[];
    readonly gradient: GoldenGradient;
  };
}
const inputs = file.inputs as unknown as Readonly<Record<string, GoldenPairs>>;
const losses = file.cases.filter((each) => "weights" in each) as unknown as readonly LossCase[];

describe.each(inject("backends"))("losses on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  const tolerance = backend === "cpu" ? 1e-5 : 1e-4;

  it.each(losses)("$name: losses, rewards and gradients are the authors'", ({ input, options, weights, ...each }) => {
    const given = inputs[input]!;
    const { authors_code: code } = each;
    const table = givenPairs(given, [weightsColumn, "weights"].map((name) => goldenColumn(column(name), weights, given))); // prettier-ignore
    for (const method of [attentionPo(options), twDpo(options)]) {
      const result = evaluate(method, [table]);
      const side = (index: number) => result.rewards.map((pair) => pair[index]!);
      expect(difference(result.losses, code.losses)).toBeLessThan(tolerance);
      expect(difference(side(0), code.weightedRewardsChosen)).toBeLessThan(tolerance);
      expect(difference(side(1), code.weightedRewardsRejected)).toBeLessThan(tolerance);
      expect(gradientDifference(result.gradients.policy[0]!, code.gradient, given)).toBeLessThan(1e-4);
    }
    const { beta } = options;
    const plain = compose({ beta: constantBeta({ beta }), scorer: implicitReward(), loss: logistic() });
    const rewards = evaluate(plain, [table]).rewards.map(([chosen]) => chosen!);
    expect(difference(rewards, code.plainRewardsChosen)).toBeLessThan(tolerance);
  });
});

type Span = readonly [number, number];
interface Pass {
  readonly order: "cr" | "rc";
  readonly callIndex: number;
  readonly length: number;
  readonly spanA: Span;
  readonly spanB: Span;
}
type Sides = Readonly<Record<"chosen" | "rejected", readonly number[]>>;
interface JudgeCase {
  readonly name: string;
  readonly judge: {
    readonly layers: number;
    readonly heads: number;
    readonly attention: Readonly<Record<"l" | "h" | "i" | "j" | "call", number>>;
  };
  readonly sources: readonly string[];
  readonly authors_code: {
    readonly rows: readonly {
      readonly passes: readonly Pass[];
      readonly weights: Readonly<Record<string, Sides>>;
      readonly scaledWeights: Readonly<Record<string, Sides>>;
    }[];
  };
}
const judges = file.cases.filter((each) => "judge" in each) as unknown as readonly JudgeCase[];

/** Attention that token i of a layer pays to each token up to itself, mean over the heads. */
function attended({ heads, attention: k }: JudgeCase["judge"], layer: number, i: number, pass: Pass): number[] {
  const row = Array<number>(pass.length).fill(0);
  for (let head = 0; head < heads; head++) {
    const scores = Array.from({ length: i + 1 }, (_, j) =>
      Math.exp(2 * Math.sin(layer * k.l + head * k.h + i * k.i + j * k.j + pass.callIndex * k.call)),
    );
    const total = scores.reduce((sum, value) => sum + value, 0);
    scores.forEach((value, j) => (row[j]! += value / total / heads));
  }
  return row;
}

const givenPass = (judge: JudgeCase["judge"], pass: Pass): GivenPass => ({
  ...pass,
  row: (layer) =>
    layer !== "rollout"
      ? Float32Array.from(attended(judge, layer, pass.length - 1, pass))
      : tf.tidy(() =>
          attentionRollout(
            pass.length,
            judge.layers,
            (index) =>
              ({ start, length }) =>
                tf.tensor2d(Array.from({ length }, (_, row) => attended(judge, index, start + row, pass))),
          ).dataSync<"float32">(),
        ),
});

/** "29", "mean" over all sources, "mean_5_29" and "attention_rollout" as options. */
function optionsOf(source: string, sources: readonly string[]): Pick<Options, "layers" | "combine"> {
  if (source === "attention_rollout") return { layers: ["rollout"] };
  if (!source.startsWith("mean")) return { layers: [Number(source)] };
  const listed = source.split("_").slice(1);
  return { layers: (listed.length > 0 ? listed : sources).map(Number), combine: "sum" };
}

describe("a judge's weights", () => {
  beforeAll(() => useBackend("cpu"));

  const rows = judges.flatMap(({ name, judge, sources, authors_code }) =>
    authors_code.rows.flatMap(({ passes, weights, scaledWeights }, index) => {
      const [straight, swapped] = ["cr", "rc"].map((order) => passes.find((pass) => pass.order === order)!);
      const unscaled = Object.entries(weights).map(([source, sides]) => ({ source, sides, options: { lengthScale: false, sinkTokens: 0 } })); // prettier-ignore
      const scaled = Object.entries(scaledWeights).map(([key, sides]) => {
        const [source = "", fix] = key.split("/sinkFix=");
        return { source, sides, options: { sinkTokens: fix === "true" ? 1 : 0 } };
      });
      return [...unscaled, ...scaled].map(({ source, options, sides }) => ({
        ...{ name: `${name}, row ${index}, ${source}`, judge, straight: straight!, swapped: swapped!, sides },
        options: { ...options, ...optionsOf(source, sources) },
      }));
    }),
  );

  it.each(rows)("$name, $options", async ({ judge, straight, swapped, sides, options }) => {
    const lengths = [straight.spanA, straight.spanB].map(([start, end]) => end - start);
    const [annotator] = attentionWeights(options).annotators!;
    const tools = givenJudge(givenPass(judge, straight), givenPass(judge, swapped));
    const { columns } = await annotator!.annotate(exampleOf(...lengths), tools);
    [sides.chosen, sides.rejected].forEach((expected, answer) =>
      expect(difference([...columns[weightsColumn]![answer]!], [...expected, 0])).toBeLessThan(1e-5),
    );
  });
});

interface Alignment {
  readonly name: string;
  readonly completionIds: Sides;
  readonly judgeIds: Sides;
  readonly weights: Sides;
  readonly maxCompletionLength: number | null;
  readonly output: Readonly<Record<"chosen_weights" | "rejected_weights", readonly number[]>>;
}

/** Those whose judge reads the tokens of training: others do not come about here. */
const alike = (file.cases.find(({ name }) => name === "alignment")!.authors_code as unknown as { readonly cases: readonly Alignment[] }).cases
  .filter(({ completionIds, judgeIds, weights }) =>
    (["chosen", "rejected"] as const).every(
      (side) =>
        judgeIds[side].length === weights[side].length &&
        judgeIds[side].every((id, at) => id === completionIds[side][at]),
    ),
  ); // prettier-ignore

describe("training tokens", () => {
  it.each(alike)("$name: have their judge's weights, others none", async (each) => {
    const { completionIds, weights, maxCompletionLength, output } = each;
    const [chosen, rejected] = [weights.chosen, weights.rejected];
    const pass = (first: readonly number[], second: readonly number[]): GivenPass => ({
      length: first.length + second.length,
      spanA: [0, first.length],
      spanB: [first.length, first.length + second.length],
      row: () => Float32Array.from([...first, ...second]),
    });
    const responses = [completionIds.chosen, completionIds.rejected].map((ids, answer) => ({
      ids: Int32Array.from([...ids, 2]),
      content: [chosen, rejected][answer]!.length,
    }));
    const [annotator] = attentionWeights({ sinkTokens: 0 }).annotators!;
    const tools = givenJudge(pass(chosen, rejected), pass(rejected, chosen));
    const { columns } = await annotator!.annotate({ prompt: Int32Array.of(5), responses }, tools);
    [output.chosen_weights, output.rejected_weights].forEach((expected, answer) => {
      const ours = [...columns[weightsColumn]![answer]!].slice(0, maxCompletionLength ?? undefined);
      expect(ours).toHaveLength(expected.length);
      expect(difference(ours, expected)).toBeLessThan(1e-6);
    });
  });
});
