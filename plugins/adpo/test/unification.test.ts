/** One objective, four paradigms: choices of target, anchor and temperature.          [Wang 2025, Table 1 of its TeX source] */
import { dpo, tf } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { difference, evaluate } from "@tokenwise/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { adpo, type Options } from "../src/index.ts";
import { scoresTable } from "./groups.ts";

const [student, other] = [
  [-1.2, -0.4, -2.6, -0.9],
  [-0.7, -1.1, -1.9, -1.5],
];
const run = (options: Options, rewards: readonly number[], reference = other) =>
  evaluate(adpo(options), [scoresTable(student, reference, rewards)]);
const softmax = (u: readonly number[]) => {
  const weights = u.map((each) => Math.exp(each));
  return weights.map((weight) => weight / weights.reduce((sum, each) => sum + each));
};
const crossEntropy = (q: readonly number[], u: readonly number[]) =>
  -softmax(u).reduce((sum, p, i) => sum + q[i]! * Math.log(p), 0);

beforeAll(() => useBackend("cpu"));

describe("the unification", () => {
  it("supervised training: a one-hot target of the data, a uniform anchor, τ = 1", () => {
    const { loss } = run({ targets: { kind: "first" }, anchor: { kind: "uniform" }, tau: 1 }, [0, 0, 0, 0]);
    expect(loss).toBeCloseTo(-Math.log(softmax(student)[0]!), 6);
  });

  it("on a candidate set that is the whole space, that is −log π of the response", () => {
    const whole = softmax(student).map(Math.log);
    const options: Options = { targets: { kind: "first" }, anchor: { kind: "uniform" }, tau: 1 };
    const { loss } = evaluate(adpo(options), [scoresTable(whole, other, [0, 0, 0, 0])]);
    expect(loss).toBeCloseTo(-whole[0]!, 6);
  });

  it("knowledge distillation: softmax(z_T/T) of a teacher, a uniform anchor, τ = T", () => {
    const T = 2.5;
    const options: Options = { targets: { kind: "teacher", temperature: T }, anchor: { kind: "uniform" }, tau: T };
    const over = (values: readonly number[]) => values.map((value) => value / T);
    const { loss, gradients } = run(options, [0, 0, 0, 0]);
    expect(loss).toBeCloseTo(crossEntropy(softmax(over(other)), over(student)), 6);
    const expected = softmax(over(student)).map((p, i) => (p - softmax(over(other))[i]!) / T);
    expect(difference([...gradients.policy[0]!.dataSync()], expected)).toBeLessThan(1e-5);
  });

  it("maximum-entropy RL: a target ∝ e^(Q/α), a uniform anchor, τ = 1: the forward KL to the Boltzmann policy", () => {
    const [Q, alpha] = [[1, 0.2, -0.5, 0.7], 0.4];
    const options: Options = { targets: { kind: "raw", temperature: alpha }, anchor: { kind: "uniform" }, tau: 1 };
    const boltzmann = softmax(Q.map((value) => value / alpha));
    const { loss, metrics } = run(options, Q);
    expect(loss).toBeCloseTo(crossEntropy(boltzmann, student), 6);
    const entropy = -boltzmann.reduce((sum, q) => sum + q * Math.log(q), 0);
    expect(metrics["listwise/kl"]![0]).toBeCloseTo(loss - entropy, 5);
  });

  it.each([0, 0.2])("DPO with labels wrong at %f: the pair's first, the reference as anchor, τ = 1/β", (wrong) => {
    const options: Options = { targets: { kind: "first", smoothing: wrong }, tau: 10 };
    const given = scoresTable(student.slice(0, 2), other.slice(0, 2), [1, 0]);
    const [ours, theirs] = [
      evaluate(adpo(options), [given]),
      evaluate(dpo({ beta: 0.1, labelSmoothing: wrong }), [given]),
    ];
    expect(ours.loss).toBeCloseTo(theirs.loss, 6);
    expect(ours.rewards.flat().map((x) => x.toFixed(5))).toEqual(theirs.rewards.flat().map((x) => x.toFixed(5)));
    expect(
      difference([...ours.gradients.policy[0]!.dataSync()], [...theirs.gradients.policy[0]!.dataSync()]),
    ).toBeLessThan(1e-5);
  });

  it("on-policy RL: at π_old the loss is log P and the slope −(q − 1/P)/τ", () => {
    const [rewards, tau] = [[1, 0.2, -0.5, 0.7], 0.6];
    const { loss, targets, gradients } = run({ tau }, rewards, student);
    expect(loss).toBeCloseTo(Math.log(4), 6);
    const expected = targets[0]!.map((q) => -(q - 1 / 4) / tau);
    expect(difference([...gradients.policy[0]!.dataSync()], expected)).toBeLessThan(1e-5);
  });

  it("with targets ∝ e^(A/β_r) the optimum is KL-regularized RL at temperature β_r/τ", () => {
    const [A, beta, tau] = [[1, 0.2, -0.5, 0.7], 0.5, 0.8];
    const best = other.map((s, i) => s + (tau * A[i]!) / beta);
    const options: Options = { targets: { kind: "raw", temperature: beta }, tau };
    const { metrics, gradients } = evaluate(adpo(options), [scoresTable(best, other, A)]);
    expect(metrics["listwise/kl"]![0]).toBeCloseTo(0, 6);
    expect(tf.max(tf.abs(gradients.policy[0]!)).dataSync()[0]).toBeLessThan(1e-6);
  });
});
