/** Methods without numbers of others: their formulas by hand, on given log-probabilities, and their slopes by differences. */
import { constantBeta, compose, implicitReward, targetPolicy, tf, type Method } from "@tokenwise/kit";
import { difference } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import {
  betaDpo,
  bco,
  cpo,
  discopop,
  gapFilter,
  batchBeta,
  logOdds,
  odpo,
  odpoLoss,
  orpo,
  simpo,
} from "../src/index.ts";
import { gaps, mean, policy, ratios, run, softplus, sum } from "./given.ts";

const near = (actual: readonly number[], expected: readonly number[]) =>
  expect(difference(actual, expected)).toBeLessThan(1e-6);

describe("formulas by hand", () => {
  it("SimPO: −log σ(β Δ mean log π − γ), smoothed or not", () => {
    const h = gaps(policy.map(mean)).map((gap) => 2.5 * gap - 1.5);
    near(run(simpo({ beta: 2.5, gamma: 1.5 })).losses, h.map((x) => softplus(-x))); // prettier-ignore
    near(
      run(simpo({ beta: 2.5, gamma: 1.5, labelSmoothing: 0.2 })).losses,
      h.map((x) => 0.8 * softplus(-x) + 0.2 * softplus(x)),
    );
  });

  it("CPO: −log σ(β Δ log π), and λ times −log π of the preferred response per token", () => {
    const preference = gaps(policy.map(sum)).map((gap) => softplus(-0.3 * gap));
    const supervised = -(sum(policy[0]) + sum(policy[2])) / 3;
    near(run(cpo({ beta: 0.3, lambda: 0 })).losses, preference);
    near([run(cpo({ beta: 0.3, lambda: 0.7 })).loss], [mean(preference) + 0.7 * supervised]);
  });

  it("ORPO: supervised per token, and λ times −log σ of the log odds ratio", () => {
    const odds = policy.map(mean).map((logP) => logP - Math.log1p(-Math.exp(logP)));
    const result = run(orpo({ lambda: 0.25 }));
    near(result.scores.flat(), odds);
    near(result.losses, gaps(odds).map((gap) => 0.25 * softplus(-gap))); // prettier-ignore
    const supervised = -(sum(policy[0]) + sum(policy[2])) / 3;
    near([result.loss], [supervised + mean(result.losses)]);
  });

  it("the log odds of a response that is nearly certain are finite, and grow to that", () => {
    const scored = (logP: number) =>
      run(orpo(), {}, { of: [[logP, logP], [-1, -1, -1], [-1], [-1, -1]] }).scores[0]![0]!; // prettier-ignore
    expect(scored(-1e-3)).toBeCloseTo(Math.log(Math.exp(-1e-3) / -Math.expm1(-1e-3)), 3);
    expect(scored(-1e-5)).toBeCloseTo(Math.log(1e5), 3);
    expect(scored(0)).toBeCloseTo(Math.log(1e6), 1);
  });

  it("ODPO: the margin grows with the log of the reward gap", () => {
    const expected = gaps(ratios).map((gap, pair) => softplus(2 * Math.log([2, 0.25][pair]!) - 0.5 * gap));
    near(run(odpo({ beta: 0.5, alpha: 2 })).losses, expected);
  });

  it("ODPO: equal rewards ask for nothing, and lose nothing", () => {
    const { losses, gradients } = run(odpo(), {}, { rewarded: [1, 1, 0.5, 0.25] });
    expect(losses[0]).toBeLessThan(1e-7);
    expect(gradients.policy[0]!.dataSync().every(Number.isFinite)).toBe(true);
  });

  it("ODPO: rewards against the preference are refused with the row and the gap", () => {
    const call = () => run(odpo(), {}, { rewarded: [3, 1, 0.25, 0.5] });
    expect(call).toThrow(expect.objectContaining({ code: "TW_E_REWARD_ORDER" }));
    expect(call).toThrow("given:2: the preferred response is rewarded 0.25 less than the other");
  });

  it("DiscoPOP: between the logistic and the exponential loss, by the sign of the margin", () => {
    const expected = gaps(ratios).map((gap) => {
      const [h, share] = [0.5 * gap, 1 / (1 + Math.exp((-0.5 * gap) / 0.2))];
      return (1 - share) * softplus(-h) + share * Math.exp(-h);
    });
    near(run(discopop({ beta: 0.5, temperature: 0.2 })).losses, expected);
  });

  it("BCO: δ is the mean reward of the steps before, whatever their sizes, and follows once a step", () => {
    const method = bco({ beta: 0.5 });
    const { loss } = method.objectives[0]!;
    const rewards = ratios.map((ratio) => 0.5 * ratio);
    const states = new Map([[loss, { mean: 0.3, steps: 2 }]]);
    const { losses, metrics, states: after } = run(method, { states });
    const expected = [0, 2].map((at) => softplus(0.3 - rewards[at]!) + softplus(rewards[at + 1]! - 0.3));
    near(losses, expected);
    near(metrics["bco-loss/shift"]!, [0.3, 0.3]);
    const next = after.get(loss) as { mean: number; steps: number };
    expect(next.steps).toBe(3);
    expect(next.mean).toBeCloseTo((2 * 0.3 + mean(rewards)) / 3, 6);
    near(run(bco({ beta: 0.5, shift: "none" }), { states }).losses, [0, 2].map((at) => softplus(-rewards[at]!) + softplus(rewards[at + 1]!))); // prettier-ignore
  });

  it("β-DPO: one β for the step, from its mean gap against the running mean, which then follows", () => {
    const method = betaDpo({ beta: 0.1, alpha: 0.6, momentum: 0.9, keep: 1 });
    expect(method.emphasis).toBeUndefined();
    const states = new Map([[method.beta, { mean: 0.02 }]]);
    const { beta, losses, states: after } = run(method, { states });
    const gap = gaps(ratios).map((each) => 0.1 * each);
    const expected = 0.1 * (1 + 0.6 * (mean(gap) - 0.02));
    near(beta, [expected, expected]);
    near(losses, gaps(ratios).map((each) => softplus(-expected * each))); // prettier-ignore
    expect(after.get(method.beta)).toEqual({ mean: expect.closeTo(0.9 * 0.02 + 0.1 * mean(gap), 7) as number });
  });

  it("β-DPO: β does not fall below a hundredth of the first", () => {
    const method = betaDpo({ beta: 0.1, alpha: 10, keep: 1 });
    near(run(method, { states: new Map([[method.beta, { mean: 5 }]]) }).beta, [1e-3, 1e-3]);
  });
});

describe("the filter of β-DPO", () => {
  const filtered = (options: Parameters<typeof gapFilter>[0]): Method => ({
    ...compose({ beta: constantBeta({ beta: 0.1 }), scorer: implicitReward(), loss: odpoLoss() }),
    emphasis: gapFilter(options),
  });

  it("follows mean and deviation of the gaps", () => {
    const method = filtered({ beta: 0.1, momentum: 0.9 });
    const states = new Map([[method.emphasis!, { mean: 0.02, deviation: 1 }]]);
    const gap = gaps(ratios).map((each) => 0.1 * each);
    const deviation = Math.abs(gap[0]! - gap[1]!) / 2;
    expect(run(method, { states }).states.get(method.emphasis!)).toEqual({
      mean: expect.closeTo(0.9 * 0.02 + 0.1 * mean(gap), 7) as number,
      deviation: expect.closeTo(0.9 + 0.1 * deviation, 7) as number,
    });
  });

  it("keeps its share of the pairs, which then weigh more, the same ones for the same seed and step", () => {
    const method = filtered({ keep: 0.5 });
    const kept = (moment: object) => run(method, moment).emphasis;
    expect([...kept({})].sort()).toEqual([0, 2]);
    expect(kept({ step: 4 })).toEqual(kept({ step: 4 }));
    const draws = new Set(Array.from({ length: 12 }, (_, step) => kept({ step: step + 1 }).join()));
    expect(draws.size).toBe(2);
  });

  it("keeps pairs of a usual gap more often", () => {
    const method = filtered({ keep: 0.5, beta: 1 });
    const [first] = gaps(ratios);
    const states = new Map([[method.emphasis!, { mean: first!, deviation: 0.2 }]]);
    const kept = Array.from({ length: 40 }, (_, step) => run(method, { step: step + 1, states }).emphasis[0]!);
    expect(kept.filter((weight) => weight > 0).length).toBeGreaterThan(36);
  });

  it("leaves no pair out in evaluation, or where all are kept", () => {
    expect(run(filtered({ keep: 0.5 }), { training: false }).emphasis).toEqual([1, 1]);
    expect(run(filtered({ keep: 1 })).emphasis).toEqual([1, 1]);
  });
});

/** The second of both pairs is preferred. */
const second = targetPolicy({
  name: "second",
  targets: ({ batch }) => tf.tensor2d(Array.from({ length: batch.prompts }, () => [0, 1])),
});

describe("who is preferred", () => {
  it("is what targets say, not the first of a pair", () => {
    const [first, other] = [run(bco()), run({ ...bco(), targets: second })];
    const [exchanged] = [ratios.map((ratio) => 0.1 * ratio)];
    near(first.losses, [0, 2].map((at) => softplus(-exchanged[at]!) + softplus(exchanged[at + 1]!))); // prettier-ignore
    near(other.losses, [0, 2].map((at) => softplus(-exchanged[at + 1]!) + softplus(exchanged[at]!))); // prettier-ignore
    const { beta } = run({ ...betaDpo({ keep: 1, alpha: 1 }), targets: second });
    expect(beta[0]).toBeCloseTo(0.1 * (1 - mean(gaps(ratios)) * 0.1), 6);
  });

  it("parts of β-DPO compose with any scorer and loss", () => {
    const method = compose({ beta: batchBeta(), emphasis: gapFilter(), scorer: logOdds(), loss: odpoLoss() });
    expect(Number.isFinite(run(method).loss)).toBe(true);
  });
});
