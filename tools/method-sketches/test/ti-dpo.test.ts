import { column, compose, constantBeta, implicitReward, inputGradient, logistic, tf, weighter } from "@tokenwise/kit";
import {
  batchOf,
  difference,
  evaluate,
  givenPairs,
  goldenColumn,
  gradientDifference,
  logitsOf,
  pairOrder,
  tokenTable,
  type Given,
  type GoldenGradient,
  type GoldenPairs,
} from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { attributionWeights, tiDpo, triplet } from "../src/index.ts";
import { casesOf, golden, tolerance } from "./golden.ts";

type Rows = readonly (readonly number[])[];
interface Case {
  readonly options: {
    readonly beta: number;
    readonly lambda_: number;
    readonly sigmaDivisor: number;
    readonly alpha: number;
    readonly variant: string;
    readonly gamma: number;
    readonly margin: number;
  };
  readonly attribution: { readonly perToken: Rows };
  readonly anchors: { readonly ids: Rows };
  readonly authors_code: {
    readonly weights: Rows;
    readonly baseLosses: readonly number[];
    readonly tripletLoss: number;
    readonly loss: number;
    readonly rewardsChosen: readonly number[];
    readonly gradient: GoldenGradient;
  };
}
const file = golden<GoldenPairs, Case>("ti-dpo");
const cases = casesOf(file);

/** What stands at the response, of rows over prompt and response. */
const responsePart = (rows: Rows, { rows: sequences }: GoldenPairs): Rows =>
  rows.map((row, index) => row.slice(sequences[index]!.prompt.length));

function attributions(rows: Rows, given: GoldenPairs): NonNullable<Given["values"]>[number] {
  const order = pairOrder(given.pairs);
  const width = Math.max(...given.rows.map(({ response }) => response.length));
  const response = tokenTable(
    order.map((row) => responsePart(rows, given)[row]!),
    width,
    5.5,
  );
  const totals = order.map((row) => rows[row]!.reduce((sum, value) => sum + value, 0));
  return [inputGradient({ norm: "l1" }), { response, sequenceTotal: tf.tensor2d(totals, [given.pairs, 2]) }];
}

/** Anchor token j of pair p is predicted at position 2 + j of formula row 2N + p. */
function anchorTable({ ids }: Case["anchors"], given: GoldenPairs): Given {
  const rows = ids.map((response, pair) => ({ response, row: 2 * given.pairs + pair, promptLength: 3 }));
  const batch = batchOf(rows.map((row) => [row]));
  const logits = (formula: GoldenPairs["policyLogits"]) =>
    logitsOf(formula, rows, batch.responseMask.shape[1]!, given.vocab);
  return { batch, logits: { policy: logits(given.policyLogits), reference: logits(given.referenceLogits) } };
}

describe("TI-DPO on given logits, attributions and anchors", () => {
  it.each(cases)("$name: token weights are the authors'", ({ given, options, attribution, authors_code }) => {
    const [, value] = attributions(attribution.perToken, given);
    const { batch } = givenPairs(given);
    const weigher = attributionWeights({ lambda: options.lambda_, priorDivisor: options.sigmaDivisor });
    const weights = weigher.weigh({ batch, read: { attribution: value } } as never).reward!;
    const expected = responsePart(authors_code.weights, given);
    const table = tokenTable(
      pairOrder(given.pairs).map((row) => expected[row]!),
      batch.responseMask.shape[1]!,
      0,
    );
    expect(difference([...weights.dataSync()], [...table.dataSync()])).toBeLessThan(tolerance.value);
  });

  it.each(cases)(
    "$name: with the authors' weights as a column, base losses and rewards are theirs",
    ({ given, options, authors_code }) => {
      const divergence =
        options.variant === "tdpo1" ? { divergence: 1 } : { divergence: options.alpha, stopPreferred: true, logged: 1 };
      // The divergence is not weighed: only the log-ratio's weights come from the column.
      const method = compose({
        weighter: weighter({ name: "w", needs: { w: column("weights") }, weigh: ({ read }) => ({ reward: read.w }) }),
        beta: constantBeta({ beta: options.beta }),
        scorer: implicitReward(divergence),
        loss: logistic(),
      });
      const weights = goldenColumn(column("weights"), responsePart(authors_code.weights, given), given);
      const result = evaluate(method, [givenPairs(given, [weights])]);
      expect(difference(result.losses, authors_code.baseLosses)).toBeLessThan(tolerance.value);
      expect(
        difference(
          result.rewards.map(([chosen]) => chosen!),
          authors_code.rewardsChosen,
        ),
      ).toBeLessThan(tolerance.value);
    },
  );

  it.each(casesOf(file).filter(({ options }) => options.variant === "tdpo2"))(
    "$name: loss with the triplet and gradients are the authors'",
    (each) => {
      const { given, options, attribution, anchors, authors_code } = each;
      const { beta, alpha, lambda_: lambda, sigmaDivisor: priorDivisor, gamma, margin } = options;
      const table = givenPairs(given, [attributions(attribution.perToken, given)]);
      const method = tiDpo({ beta, alpha, lambda, priorDivisor, gamma, margin });
      const result = evaluate(method, [{ ...table, samples: { anchor: anchorTable(anchors, given) } }]);
      expect(difference([result.loss], [authors_code.loss])).toBeLessThan(tolerance.value);
      expect(gradientDifference(result.gradients.policy[0]!, authors_code.gradient, given)).toBeLessThan(
        tolerance.gradient,
      );
    },
  );

  it.each(cases)("$name: the triplet loss alone is the authors'", ({ given, options, anchors, authors_code }) => {
    const method = {
      beta: constantBeta(),
      objectives: [],
      auxiliaries: [triplet({ weight: 1, margin: options.margin })],
    };
    const result = evaluate(method, [{ ...givenPairs(given), samples: { anchor: anchorTable(anchors, given) } }]);
    expect(difference([result.loss], [authors_code.tripletLoss])).toBeLessThan(tolerance.value);
  });
});
