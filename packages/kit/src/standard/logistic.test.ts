import { beforeAll, describe, expect, it } from "vitest";
import { backends } from "../../test/backends.ts";
import { testView } from "../../test/batch.ts";
import { gradientError } from "../../test/finite-differences.ts";
import { logistic, tf, type PerCandidate } from "../index.ts";

const beta = () => tf.tensor1d([0.1, 0.5]);
const lossOf = (scores: PerCandidate, options = {}, targets?: PerCandidate) =>
  logistic(options).loss(testView(targets && { targets }), { scores, beta: beta() }).loss;

describe.each(backends)("logistic on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it("is −log σ(β (s₀ − s₁)) per prompt: the worked pair of ε-DPO, 0.661295", () => {
    const [first, second] = lossOf(tf.tensor2d([0.28026, -0.367267, 3, 1], [2, 2])).dataSync();
    expect(first).toBeCloseTo(0.661295, 5);
    expect(second).toBeCloseTo(Math.log1p(Math.exp(-1)), 6);
  });

  it("is log 2 for equal scores, whatever the labels", () => {
    const soft = tf.tensor2d([0.7, 0.3, 0.5, 0.5], [2, 2]);
    for (const loss of lossOf(tf.zeros([2, 2]), {}, soft).dataSync()) expect(loss).toBeCloseTo(Math.LN2, 6);
  });

  it("and its gradient are finite and right for scores of ±10000", () => {
    const scores = tf.tensor2d([1e4, -1e4, -1e4, 1e4], [2, 2]);
    const [won, lost] = lossOf(scores).dataSync();
    expect(won).toBe(0);
    expect(lost).toBe(1e4);
    const gradient = tf
      .grad((s) => tf.sum(lossOf(s)))(scores)
      .arraySync() as number[][];
    expect(gradient[0]!.every((slope) => Math.abs(slope) < 1e-6)).toBe(true);
    expect(gradient[1]![0]).toBeCloseTo(-0.5, 6);
    expect(gradient[1]![1]).toBeCloseTo(0.5, 6);
  });

  it("takes soft targets as label smoothing", () => {
    const targets = tf.tensor2d([0.9, 0.1, 0.9, 0.1], [2, 2]);
    const h = 0.1 * 2;
    const expected = 0.9 * Math.log1p(Math.exp(-h)) + 0.1 * Math.log1p(Math.exp(h));
    expect(lossOf(tf.tensor2d([3, 1, 0, 0], [2, 2]), {}, targets).dataSync()[0]).toBeCloseTo(expected, 6);
  });

  it("subtracts its offset from the margin, in nats", () => {
    const [, second] = lossOf(tf.tensor2d([0, 0, 3, 1], [2, 2]), { offset: 0.4 }).dataSync();
    expect(second).toBeCloseTo(Math.log1p(Math.exp(-(1 - 0.4))), 6);
  });

  it("has the gradient of finite differences, with soft targets and an offset", () => {
    const targets = tf.tensor2d([0.8, 0.2, 0.6, 0.4], [2, 2]);
    const scores = tf.tensor2d([1, -2, 0.5, 2], [2, 2]);
    expect(gradientError((s) => lossOf(s, { offset: 0.3 }, targets), scores)).toBeLessThan(1e-3);
  });
});
