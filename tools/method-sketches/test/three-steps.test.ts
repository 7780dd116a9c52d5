import { tf, type Method } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { beforeAll, describe, expect, it } from "vitest";
import { sparsePo } from "../src/index.ts";
import { weightDifference, type Weights } from "../src/train/index.ts";
import { expectSameMetrics, threeSteps } from "./three-steps.ts";
import { pairs } from "./trajectories.ts";

beforeAll(() => useBackend("cpu"));

describe("SparsePO, a mask for each weight", () => {
  const method = (weightDecay: number): Method =>
    sparsePo({ common: false, l1Reward: 0.01, l1Divergence: 0.01, weightDecay });
  const only = (weights: Weights, name: string): Weights => new Map([[name, weights.get(name)!]]);

  it("every tensor of both networks and the policy move, and every loss is finite", async () => {
    const { metrics, after, dispose } = await threeSteps(method(0), pairs, { seed: 2, weightDecay: 0 });
    for (const step of metrics)
      for (const name of [
        "loss",
        "grad_norm",
        "grad_norm/parts",
        "mask-norm:reward/loss",
        "mask-norm:divergence/loss",
      ]) {
        expect(step[name], name).toSatisfy(Number.isFinite);
        expect(step[name], name).toBeGreaterThan(0);
      }
    const [before, , , last] = after;
    expect(before!.parts.size).toBe(10);
    for (const name of before!.parts.keys())
      expect(weightDifference(only(before!.parts, name), only(last!.parts, name)), name).toBeGreaterThan(1e-3);
    expect(weightDifference(before!.policy, last!.policy)).toBeGreaterThan(1e-3);
    expect(weightDifference(before!.anchor, last!.anchor)).toBe(0);
    dispose();
  });

  it("the masks' weight decay is on their matrices and mixers alone", async () => {
    const settings = { seed: 2, weightDecay: 0 };
    const [free, decayed] = [
      await threeSteps(method(0), pairs, settings),
      await threeSteps(method(0.5), pairs, settings),
    ];
    const [first, a, b] = [free.after[0]!.parts, free.after[1]!.parts, decayed.after[1]!.parts];
    for (const [name, values] of first) {
      const share = /weight|mix/.test(name) ? 0.01 * 0.5 : 0; // learning rate · decay
      const expected = new Map([[name, a.get(name)!.map((value, at) => value - share * values[at]!)]]);
      expect(weightDifference(only(b, name), expected), name).toBeLessThan(1e-7);
    }
    expect(weightDifference(free.after[1]!.policy, decayed.after[1]!.policy)).toBe(0);
    [free, decayed].forEach(({ dispose }) => dispose());
  });

  it("unequal micro-batches give the numbers of one batch, and leave no tensor behind", async () => {
    const settings = { seed: 2, weightDecay: 0 };
    const whole = await threeSteps(method(0.01), pairs, settings);
    const cut = await threeSteps(method(0.01), pairs, { ...settings, microBatchTokens: 30, recompute: true });
    expectSameMetrics(cut.metrics, whole.metrics);
    const before = tf.memory().numTensors;
    await cut.session.train(pairs);
    expect(tf.memory().numTensors).toBe(before);
    [whole, cut].forEach(({ dispose }) => dispose());
  });
});
