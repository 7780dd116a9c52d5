import { column, compose, constantBeta, implicitReward, logistic, reverseKl, weighter } from "@tokenwise/kit";
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
import { logRatioColumn, tisDpo, type Options } from "../src/index.ts";
import { transformScores, type ScoreTransform } from "../src/transforms.ts";
import file from "./goldens/authors.json" with { type: "json" };
import { weigh } from "./weigh.ts";

/** float32 on the `cpu` backend. */
const [valueTolerance, gradientTolerance] = [1e-5, 1e-4];
const inputs = file.inputs as unknown as Readonly<Record<string, GoldenPairs>>;
type Rows = readonly (readonly number[])[];

interface Losses {
  readonly losses: readonly number[];
  readonly loss: number;
  readonly rewardsChosen: readonly number[];
  readonly rewardsRejected: readonly number[];
  readonly gradient: GoldenGradient;
}
interface Case {
  readonly name: string;
  readonly input: string;
  /** log π⁻ − log π⁺ of the tokens that are text, two decimals. */
  readonly storedScores: Rows;
  readonly options: { readonly beta: number; readonly transform: string; readonly alpha: number | null };
  readonly authors_code: Losses & { readonly weights: Rows; readonly endTokenWeight: number };
  readonly paper?: Readonly<Record<"weightsOnly" | "withKl_endWeight0" | "withKl_endWeight1", Losses>> & {
    readonly weights: Rows;
  };
}
const cases = file.cases.filter((each) => "options" in each) as unknown as readonly Case[];
const found = (name: string) => file.cases.find((each) => each.name === name)!.authors_code as unknown;

/** Their names and parameters as ours. */
function ours(name: string, parameters: Readonly<Record<string, number>> = {}): NonNullable<Options["transform"]> {
  const renamed = { min_scale: "min", max_scale: "max", min_val: "low", max_val: "high" } as const;
  const more = { lower_threshold: "low", upper_threshold: "high", top_percent: "percent" } as const;
  const names: Readonly<Record<string, string>> = { ...renamed, ...more };
  const own = Object.entries(parameters).map(([key, value]) => [names[key], value]);
  return { kind: name.replaceAll("_", "-"), ...Object.fromEntries(own) } as never;
}

/** Log-ratios in the order of pairs, from their rows: chosen responses first, with the opposite sign. */
const ratiosOf = (stored: Rows) =>
  stored.slice(0, stored.length / 2).map((row, pair) => {
    const other = stored[pair + stored.length / 2]!;
    return [row.map((score) => -score), other.map((score) => -score)] as const;
  });
const inTheirOrder = (weights: readonly (readonly (readonly number[])[])[]): Rows =>
  [0, 1].flatMap((side) => weights.map((pair) => pair[side]!.slice(0, -1)));

const table = ({ input, storedScores }: Case) => {
  const ratio = storedScores.map((row) => [...row.map((score) => -score), 0]); // the end token has no score: exp(0) = 1
  return givenPairs(inputs[input]!, [goldenColumn(logRatioColumn, ratio, inputs[input]!)]);
};

function expectLosses(result: ReturnType<typeof evaluate>, expected: Losses, { input }: Case): void {
  expect(difference(result.losses, expected.losses)).toBeLessThan(valueTolerance);
  expect(difference([result.loss], [expected.loss])).toBeLessThan(valueTolerance);
  const rewards = [0, 1].map((side) => result.rewards.map((pair) => pair[side]!));
  expect(difference(rewards[0]!, expected.rewardsChosen)).toBeLessThan(valueTolerance);
  expect(difference(rewards[1]!, expected.rewardsRejected)).toBeLessThan(valueTolerance);
  expect(gradientDifference(result.gradients.policy[0]!, expected.gradient, inputs[input]!)).toBeLessThan(
    gradientTolerance,
  );
}

describe("the released code", () => {
  it.each(cases)("$name: losses, rewards and gradients from its stored scores", (each) => {
    const { beta, transform, alpha } = each.options;
    const kind = ours(transform, transform === "binary" ? { top_percent: 100 } : {});
    const result = evaluate(tisDpo({ beta, alpha: alpha ?? 0, transform: kind }), [table(each)]);
    expectLosses(result, each.authors_code, each);
  });

  it.each(cases)("$name: and from its weights as a column, by any weighter", (each) => {
    const { beta, alpha } = each.options;
    const { weights, endTokenWeight } = each.authors_code;
    const given = column("weights");
    const method = compose({
      weighter: weighter({
        name: "given",
        needs: { given },
        weigh: ({ read }) => ({ reward: read.given, divergence: read.given }),
      }),
      beta: constantBeta({ beta }),
      scorer: implicitReward({ divergence: -(alpha ?? 0), kl: reverseKl, logged: alpha === null ? 0 : -1 }),
      loss: logistic(),
    });
    const rows = weights.map((row) => [...row, endTokenWeight]);
    const pairs = inputs[each.input]!;
    expectLosses(evaluate(method, [givenPairs(pairs, [goldenColumn(given, rows, pairs)])]), each.authors_code, each);
  });

  it.each(cases)("$name: its weights; the end token weighs nothing", (each) => {
    const { transform } = each.options;
    const kind = ours(transform, transform === "binary" ? { top_percent: 100 } : {});
    const weights = weigh({ transform: kind }, ratiosOf(each.storedScores));
    expect(weights.flat().map((row) => row.at(-1))).toEqual(each.storedScores.map(() => 0));
    inTheirOrder(weights).forEach((row, index) => expectRow(row, each.authors_code.weights[index]!));
  });

  const named = found("transforms_S1") as Readonly<
    Record<string, { readonly parameters: Readonly<Record<string, number>>; readonly weights: Rows }>
  >;
  it.each(Object.entries(named))("transform %s", (name, { parameters, weights }) => {
    const { storedScores } = file.cases.find((each) => each.name === "transforms_S1") as unknown as Case;
    const own = weigh({ transform: ours(name.split("/")[0]!, parameters) }, ratiosOf(storedScores));
    inTheirOrder(own).forEach((row, index) => expectRow(row, weights[index]!));
  });

  const { cases: ties } = found("transform_ties") as {
    readonly cases: readonly Readonly<
      Record<"scores" | "binary50" | "binary75" | "rank" | "thresholdAndScale" | "threshold", readonly number[]>
    >[];
  };
  it.each(ties)("ties and their ranks: $scores", ({ scores, ...expected }) => {
    const transforms: Readonly<Record<keyof typeof expected, ScoreTransform>> = {
      binary50: { kind: "binary", percent: 50 },
      binary75: { kind: "binary", percent: 75 },
      rank: { kind: "rank-based", min: 0.7, max: 1.3 },
      thresholdAndScale: { kind: "threshold-and-scale", low: -1.5, high: 1.5, min: 0.7, max: 1.3 },
      threshold: { kind: "threshold", low: -1, high: 1 },
    };
    for (const [name, transform] of Object.entries(transforms))
      transformScores(scores, transform).forEach((weight, token) =>
        expect(weight, name).toBeCloseTo(expected[name as keyof typeof expected][token]!, 14),
      );
    expect(transformScores(scores, { kind: "origin" })).toEqual(scores);
  });
});

describe("the paper", () => {
  const withPaper = cases.filter(({ paper }) => paper !== undefined);
  const kinds = [
    { kind: "weightsOnly", alpha: 0, weighEnd: false },
    { kind: "withKl_endWeight0", alpha: 1, weighEnd: false },
    { kind: "withKl_endWeight1", alpha: 1, weighEnd: true },
  ] as const;
  it.each(withPaper.flatMap((each) => kinds.map((options) => ({ ...options, each, name: each.name }))))(
    "$name: $kind",
    ({ each, kind, alpha, weighEnd }) => {
      const method = tisDpo({ beta: each.options.beta, alpha, weighEnd });
      expectLosses(evaluate(method, [table(each)]), each.paper![kind], each);
    },
  );

  it.each(withPaper)("$name: its weights", ({ storedScores, paper }) => {
    inTheirOrder(weigh({}, ratiosOf(storedScores))).forEach((row, index) => expectRow(row, paper!.weights[index]!));
  });
});

/** float32 */
function expectRow(row: readonly number[], expected: readonly number[]): void {
  expect(row).toHaveLength(expected.length);
  row.forEach((weight, token) => expect(weight).toBeCloseTo(expected[token]!, 6));
}
