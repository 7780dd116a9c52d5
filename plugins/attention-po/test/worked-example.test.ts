/** The worked numbers of the method's specification, by hand in 64 bits. */
import { dpo } from "@tokenwise/kit";
import { evaluate, type Evaluation } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { attentionPo, twDpo } from "../src/index.ts";
import { tokenShares } from "../src/token-shares.ts";
import { judged, toyPair } from "./toy-pair.ts";

const near = (actual: readonly number[], expected: readonly number[], digits = 5): void =>
  expected.forEach((value, index) => expect(actual[index]).toBeCloseTo(value, digits));
const margin = ({ scores }: Evaluation): number => scores[0]![0]! - scores[0]![1]!;
const ones = [[1, 1, 1, 0], [1, 1, 0]]; // prettier-ignore
const shares = judged.map((row) => row.map((weight) => weight / (row.length - 1)));

describe("shares of a judge's attention", () => {
  const [cr, rc] = [[0.06, 0.01, 0.02, 0.005, 0.005], [0.03, 0.015, 0.006, 0.006, 0.003]]; // prettier-ignore

  it("of five tokens: the mean of both orders, and then the first token at the mean share", () => {
    near(tokenShares(cr, rc, 0), [0.55, 0.175, 0.15, 0.075, 0.05], 12);
    near(tokenShares(cr, rc, 1), [0.2, 0.311111, 0.266667, 0.133333, 0.088889], 6);
  });

  it("of an answer with fewer than five tokens are left alone", () => {
    near(tokenShares([0.02, 0.05, 0.03], [0.06, 0.02, 0.02], 1), [0.4, 0.35, 0.25], 12);
    near(tokenShares([0.01, 0.03], [0.02, 0.02], 1), [0.375, 0.625], 12);
  });

  it("are of the mean over heads, not a mean of shares", () => {
    const heads = [[0.02, 0.03, 0.05], [0.1, 0.02, 0]]; // prettier-ignore
    const mean = heads[0]!.map((value, token) => (value + heads[1]![token]!) / 2);
    near(tokenShares(mean, mean, 1), [0.545455, 0.227273, 0.227273], 6);
  });
});

describe("the toy pair", () => {
  it.each([
    ["the judge's weights", 0.005, 0.691248, 0.760585, judged],
    ["the judge's weights", 0.1, 0.655841, 0.760585, judged],
    ["ones without end tokens", 0.005, 0.691493, 0.662148, ones],
    ["ones without end tokens", 0.1, 0.660588, 0.662148, ones],
    ["weights of sum 1", 0.005, 0.692494, 0.261225, shares],
  ])("%s, β %d: loss %d, margin %d", (_, beta, loss, z, weights) => {
    const given = toyPair({ weights });
    for (const method of [attentionPo({ beta }), twDpo({ beta })]) {
      const result = evaluate(method, [given]);
      near([result.loss, margin(result)], [loss, z]);
    }
  });

  it("rewards are β Σ a ρ", () => {
    near(evaluate(attentionPo(), [toyPair()]).rewards[0]!, [0.003572, -0.000231]);
  });

  it("logs the mean weight of a response, over its end token too", () => {
    const { metrics } = evaluate(attentionPo(), [toyPair()]);
    const mean = (row: readonly number[]): number => row.reduce((sum, weight) => sum + weight, 0) / row.length;
    near(metrics["attention-weights/mean"]!.slice(0, 1), [mean(judged[0]!)]);
  });

  it("gradients by the policy's logits; end tokens have none", () => {
    const [chosen, rejected] = evaluate(attentionPo({ beta: 0.1 }), [toyPair()]).gradients.policy[0]!.arraySync() as number[][][]; // prettier-ignore
    near(chosen![0]!, [0.015384, 0.00764, -0.032355, 0.009331]);
    near(rejected![0]!, [0.020973, -0.00916, -0.006786, -0.005027]);
    near(rejected![1]!, [-0.008632, 0.038893, -0.012878, -0.017383]);
    expect([...chosen![3]!, ...rejected![2]!].map(Math.abs)).toEqual(Array(8).fill(0));
  });

  it("with ones on every token is DPO, to the bit", () => {
    const all = toyPair({ weights: [[1, 1, 1, 1], [1, 1, 1]] }); // prettier-ignore
    const [one, other] = [evaluate(twDpo({ beta: 0.1 }), [all]), evaluate(dpo({ beta: 0.1 }), [all])];
    expect(one.losses).toEqual(other.losses);
    expect([...one.gradients.policy[0]!.dataSync()]).toEqual([...other.gradients.policy[0]!.dataSync()]);
    near([one.loss], [0.664295]);
  });
});
