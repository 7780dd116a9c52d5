/** The worked numbers of the method's specification, by hand in 64 bits. */
import { dpo, forwardKl, tf } from "@tokenwise/kit";
import { evaluate, reader } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { tdpo, type Options } from "../src/index.ts";
import { toyPair } from "./toy-pair.ts";

const near = (actual: readonly number[], expected: readonly number[]): void =>
  expected.forEach((value, index) => expect(actual[index]).toBeCloseTo(value, 5));

describe("the toy pair", () => {
  it("has these divergences per token, and these sums of them", () => {
    const kl = (reader(toyPair())(forwardKl) as tf.Tensor).arraySync() as number[][];
    near(kl[0]!, [0.028429, 0.03051, 0.038966, 0.020136]);
    near(kl[1]!, [0.021183, 0.024289, 0.034384]);
    const { metrics } = evaluate(tdpo(), [toyPair()]);
    near(metrics["tdpo-score/kl-chosen"]!, [0.118041]);
    near(metrics["tdpo-score/kl-rejected"]!, [0.079856]);
    near(metrics["tdpo-score/kl-margin"]!, [0.079856 - 0.118041]);
  });

  it.each<[Options, number, number]>([
    [{ variant: "tdpo1" }, 0.623807, 0.662443],
    [{}, 0.604714, 0.663369],
    [{ alpha: 0 }, 0.585622, 0.664295],
    [{ alpha: 1 }, 0.623807, 0.662443],
  ])("%j: margin %d, loss %d", (options, margin, loss) => {
    const { scores, losses } = evaluate(tdpo(options), [toyPair()]);
    near([scores[0]![0]! - scores[0]![1]!], [margin]);
    near(losses, [loss]);
  });

  it.each<[Options]>([[{}], [{ variant: "tdpo1" }], [{ alpha: 0 }]])(
    "%j: rewards are β (m + D), whatever α",
    (options) => near(evaluate(tdpo(options), [toyPair()]).rewards[0]!, [0.094404, 0.032023]),
  );

  it("gradients by the policy's logits, of DPO, TDPO-1 and TDPO-2", () => {
    const rows = [dpo({ beta: 0.1 }), tdpo({ variant: "tdpo1" }), tdpo()].map((method) => {
      const gradient = evaluate(method, [toyPair()]).gradients.policy[0]!.arraySync() as number[][][];
      return [gradient[0]![0]!, gradient[1]![0]!, gradient[1]![1]!];
    });
    const expected = [
      [[0.012937, 0.006424, -0.027207, 0.007847], [0.028217, -0.012324, -0.00913, -0.006764], [-0.006968, 0.031397, -0.010396, -0.014033]], // prettier-ignore
      [[0.012391, 0.009179, -0.031715, 0.010145], [0.032935, -0.014031, -0.010394, -0.00851], [-0.008477, 0.027591, -0.00767, -0.011443]], // prettier-ignore
      [[0.012924, 0.006418, -0.027181, 0.007839], [0.030578, -0.013178, -0.009763, -0.007638], [-0.007724, 0.029492, -0.009032, -0.012737]], // prettier-ignore
    ];
    rows.forEach((row, at) => row.forEach((values, index) => near(values, expected[at]![index]!)));
  });
});
