/** Methods without golden numbers: their formulas by hand, on given log-probabilities. */
import { compose, constantBeta, dpo, implicitReward, rewards, tf, tokenLogProb, type Method } from "@tokenwise/kit";
import { batchOf, difference, evaluate, tokenTable, type Given } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { betaOfGap, gapFilter, odpo, orpo, simPo } from "../src/index.ts";

const policy = [[-1, -2], [-3, -0.5, -1], [-0.2], [-2, -2]];
const reference = [[-1.5, -1], [-2, -1, -1], [-0.4], [-1, -2.5]];
const given = (): Given => ({
  batch: batchOf([
    [
      { promptLength: 1, response: [3, 2] },
      { promptLength: 1, response: [4, 5, 2] },
    ],
    [
      { promptLength: 2, response: [2] },
      { promptLength: 2, response: [6, 2] },
    ],
  ]),
  values: [
    [tokenLogProb("policy"), tokenTable(policy, 3, -9)],
    [tokenLogProb("reference"), tokenTable(reference, 3, -9)],
    [rewards, tf.tensor2d([3, 1, 0.5, 0.25], [2, 2])],
  ],
});
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
const softplus = (x: number) => Math.log1p(Math.exp(x));
const pairs = (scores: readonly number[]) => [scores[0]! - scores[1]!, scores[2]! - scores[3]!];
const ratios = policy.map((row, index) => sum(row) - sum(reference[index]!));
const lossesOf = (method: Method, moment = {}) => evaluate(method, [given()], moment).losses;

describe("formulas by hand", () => {
  it("SimPO: −log σ(β Δ mean log π − γ)", () => {
    const expected = pairs(policy.map(mean)).map((gap) => softplus(1.5 - 2 * gap));
    expect(difference(lossesOf(simPo({ beta: 2, gamma: 1.5 })), expected)).toBeLessThan(1e-6);
  });

  it("ORPO: supervised per token, and λ times the log odds ratio", () => {
    const odds = policy.map(mean).map((logP) => logP - Math.log1p(-Math.exp(logP)));
    const result = evaluate(orpo({ lambda: 0.25 }), [given()]);
    expect(
      difference(
        result.losses,
        pairs(odds).map((gap) => 0.25 * softplus(-gap)),
      ),
    ).toBeLessThan(1e-6);
    const supervisedLoss = -(sum(policy[0]!) + sum(policy[2]!)) / 3;
    expect(difference([result.loss], [supervisedLoss + mean(result.losses)])).toBeLessThan(1e-6);
  });

  it("ODPO: the margin grows with the log of the reward gap", () => {
    const method = compose({ beta: constantBeta({ beta: 0.5 }), scorer: implicitReward(), loss: odpo({ alpha: 2 }) });
    const expected = pairs(ratios).map((gap, pair) => softplus(2 * Math.log([2, 0.25][pair]!) - 0.5 * gap));
    expect(difference(lossesOf(method), expected)).toBeLessThan(1e-6);
  });

  it("β-DPO: one β for the step, from its mean gap against the moving average, which then follows", () => {
    const method = { ...dpo(), beta: betaOfGap({ beta: 0.1, alpha: 0.6, momentum: 0.9 }) };
    const states = new Map([[method.beta, { mean: 0.02 }]]);
    const { beta, states: after } = evaluate(method, [given()], { states });
    const gaps = pairs(ratios).map((gap) => 0.1 * gap);
    const expected = 0.1 * (1 + 0.6 * (mean(gaps) - 0.02));
    expect(difference(beta, [expected, expected])).toBeLessThan(1e-6);
    expect(after.get(method.beta)).toEqual({ mean: expect.closeTo(0.9 * 0.02 + 0.1 * mean(gaps), 7) as number });
  });

  it("the filter of β-DPO follows mean and deviation of the gaps", () => {
    const emphasis = gapFilter({ beta: 0.1, momentum: 0.9 });
    const states = new Map([[emphasis, { mean: 0.02, deviation: 1 }]]);
    const gaps = pairs(ratios).map((gap) => 0.1 * gap);
    const deviation = Math.abs(gaps[0]! - gaps[1]!) / 2;
    expect(evaluate({ ...dpo(), emphasis }, [given()], { states }).states.get(emphasis)).toEqual({
      mean: expect.closeTo(0.9 * 0.02 + 0.1 * mean(gaps), 7) as number,
      deviation: expect.closeTo(0.9 + 0.1 * deviation, 7) as number,
    });
  });

  it("the filter of β-DPO keeps its share of the pairs, the same ones for the same seed and step", () => {
    const method = { ...dpo(), emphasis: gapFilter({ keep: 0.5 }) };
    const kept = (moment: object) => evaluate(method, [given()], moment).emphasis;
    expect([...kept({})].sort()).toEqual([0, 2]);
    expect(kept({ step: 4 })).toEqual(kept({ step: 4 }));
    const draws = new Set(Array.from({ length: 12 }, (_, step) => kept({ step: step + 1 }).join()));
    expect(draws.size).toBe(2);
  });
});
