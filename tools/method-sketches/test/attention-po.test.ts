import { column, type AnnotationTools } from "@tokenwise/kit";
import {
  difference,
  evaluate,
  givenPairs,
  goldenColumn,
  gradientDifference,
  type GoldenGradient,
  type GoldenPairs,
} from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { attentionPo, judgeAttention } from "../src/index.ts";
import { casesOf, golden, tolerance } from "./golden.ts";

interface Case {
  readonly options: { readonly beta: number; readonly labelSmoothing: number };
  readonly weights: readonly (readonly number[])[];
  readonly authors_code: {
    readonly losses: readonly number[];
    readonly weightedRewardsChosen: readonly number[];
    readonly gradient: GoldenGradient;
  };
}
const file = golden<GoldenPairs, Case>("attention-po");

describe("AttentionPO on given logits", () => {
  it.each(casesOf(file))(
    "$name: losses, rewards and gradients are the authors'",
    ({ given, options, weights, authors_code }) => {
      const table = givenPairs(given, [goldenColumn(column("attention-po.weights"), weights, given)]);
      const result = evaluate(attentionPo(options), [table]);
      expect(difference(result.losses, authors_code.losses)).toBeLessThan(tolerance.value);
      expect(
        difference(
          result.rewards.map(([chosen]) => chosen!),
          authors_code.weightedRewardsChosen,
        ),
      ).toBeLessThan(tolerance.value);
      expect(gradientDifference(result.gradients.policy[0]!, authors_code.gradient, given)).toBeLessThan(
        tolerance.gradient,
      );
    },
  );
});

describe("a judge's attention", () => {
  const example = {
    prompt: Int32Array.of(9, 9),
    responses: [
      { ids: Int32Array.of(1, 2, 3, 4, 5, 0), content: 5 },
      { ids: Int32Array.of(6, 7, 0), content: 2 },
    ],
  };
  /** A judge whose attention to a token is its id, doubled on the answer presented first. */
  const tools: AnnotationTools = {
    digest: () => "judge",
    prepend: (_, __, prompt) => prompt,
    chat(_, segments) {
      const ids: number[] = [];
      const spans: [number, number][] = [];
      for (const segment of segments) {
        if (typeof segment === "string") continue;
        spans.push([ids.length, ids.length + segment.length]);
        ids.push(...segment);
      }
      return { ids: Int32Array.from(ids), spans };
    },
    run({ prompt }) {
      const answerAEnds = prompt[2] === 1 ? 7 : 4;
      const row = Float32Array.from(prompt, (id, at) => (at < answerAEnds ? 2 * id : id));
      return Promise.resolve({ row } as never);
    },
  };

  it("has mean 1 over the content of each response and is 0 beyond it, whichever came first", async () => {
    const { columns } = await judgeAttention({ sinkFix: false }).annotate(example, tools);
    const [first, second] = columns["attention-po.weights"]!;
    expect([...first!]).toEqual([1, 2, 3, 4, 5, 0].map((id) => expect.closeTo(id / 3, 5) as number));
    expect([...second!]).toEqual([12, 14, 0].map((id) => expect.closeTo(id / 13, 5) as number));
  });

  it("gives the first token the mean weight if sinks are to be repaired, from five tokens on", async () => {
    const { columns } = await judgeAttention().annotate(example, tools);
    const [first, second] = columns["attention-po.weights"]!;
    expect([...first!]).toEqual(
      [1, ...[2, 3, 4, 5].map((id) => (id * 4) / 14), 0].map((weight) => expect.closeTo(weight, 5) as number),
    );
    expect(second![0]).toBeCloseTo(12 / 13, 5);
  });
});
