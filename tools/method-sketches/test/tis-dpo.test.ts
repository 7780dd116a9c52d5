import { column, compose, constantBeta, logistic } from "@tokenwise/kit";
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
import { columnWeights, contrastiveLogRatio, tisDpo, tisReward } from "../src/index.ts";
import { casesOf, golden, tolerance } from "./golden.ts";

interface Losses {
  readonly losses: readonly number[];
  readonly rewardsChosen: readonly number[];
  readonly gradient: GoldenGradient;
}
interface Case {
  readonly options: { readonly beta: number; readonly klTerm: boolean; readonly alpha: number | null };
  readonly storedScores: readonly (readonly number[])[];
  readonly authors_code: Losses & { readonly weights: readonly (readonly number[])[]; readonly endTokenWeight: number };
  readonly paper?: Readonly<Record<"weightsOnly" | "withKl_endWeight0" | "withKl_endWeight1", Losses>>;
}
const file = golden<GoldenPairs, Case>("tis-dpo");
const cases = casesOf(file);

function expectLosses(result: ReturnType<typeof evaluate>, expected: Losses, given: GoldenPairs): void {
  expect(difference(result.losses, expected.losses)).toBeLessThan(tolerance.value);
  expect(
    difference(
      result.rewards.map(([chosen]) => chosen!),
      expected.rewardsChosen,
    ),
  ).toBeLessThan(tolerance.value);
  expect(gradientDifference(result.gradients.policy[0]!, expected.gradient, given)).toBeLessThan(tolerance.gradient);
}

describe("TIS-DPO on given logits", () => {
  it.each(cases)("$name: with the authors' weights as a column", ({ given, options, authors_code }) => {
    const method = compose({
      weighter: columnWeights("weights"),
      beta: constantBeta({ beta: options.beta }),
      scorer: tisReward({ alpha: options.klTerm ? (options.alpha ?? 0) : 0 }),
      loss: logistic(),
    });
    const weights = authors_code.weights.map((row) => [...row, authors_code.endTokenWeight]);
    const table = givenPairs(given, [goldenColumn(column("weights"), weights, given)]);
    expectLosses(evaluate(method, [table]), authors_code, given);
  });

  // The file stores log π⁻ − log π⁺ per content token, the weights are of log π⁺ − log π⁻; the end token has none, so exp(0).
  const paperCases = cases.flatMap((each) => {
    const { given, storedScores, options, paper } = each;
    if (!paper) return [];
    const ratio = storedScores.map((row) => [...row.map((stored) => -stored), 0]);
    const table = () => givenPairs(given, [goldenColumn(contrastiveLogRatio, ratio, given)]);
    const rows = [
      { kind: "weightsOnly", alpha: 0, weighEnd: false },
      { kind: "withKl_endWeight0", alpha: 1, weighEnd: false },
      { kind: "withKl_endWeight1", alpha: 1, weighEnd: true },
    ] as const;
    return rows.map((row) => ({
      ...row,
      name: each.name,
      given,
      table,
      beta: options.beta,
      expected: paper[row.kind],
    }));
  });
  it.each(paperCases)("$name: the paper's weights, $kind", ({ given, table, expected, beta, alpha, weighEnd }) => {
    expectLosses(evaluate(tisDpo({ beta, alpha, weighEnd }), [table()]), expected, given);
  });

  it("with μ = 0 and the end token weighed is DPO", () => {
    const { given, storedScores } = cases[0]!;
    const table = givenPairs(given, [goldenColumn(contrastiveLogRatio, storedScores, given)]);
    const [weighed, plain] = [
      tisDpo({ mu: 0, weighEnd: true }),
      compose({ beta: constantBeta(), scorer: tisReward(), loss: logistic() }),
    ];
    expect(difference(evaluate(weighed, [table]).losses, evaluate(plain, [table]).losses)).toBeLessThan(1e-6);
  });
});
