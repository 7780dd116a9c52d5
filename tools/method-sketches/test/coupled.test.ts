import { tf } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { beforeAll, describe, expect, it } from "vitest";
import { adpo } from "../src/index.ts";
import { weightDifference } from "../src/train/index.ts";
import { expectSameMetrics, threeSteps } from "./three-steps.ts";
import { groups } from "./trajectories.ts";

/** A group in each micro-batch. */
const microBatchTokens = 17;
const method = adpo({ adaptive: { alpha: 0.5, penalty: 1, min: 0.1, max: 5 } });

describe("what sees the whole step, three steps on cpu", () => {
  beforeAll(() => useBackend("cpu"));

  it("ADPO's temperature: unequal micro-batches give the numbers of one batch, without a leak", async () => {
    const whole = await threeSteps(method, groups);
    const cut = await threeSteps(method, groups, { microBatchTokens });
    expectSameMetrics(cut.metrics, whole.metrics);
    cut.metrics.forEach(({ grad_norm }) => expect(grad_norm).toBeGreaterThan(0));
    const [before, after] = [whole.after[0]!.policy, whole.after[3]!.policy];
    expect(weightDifference(before, after)).toBeGreaterThan(1e-2);
    expect(weightDifference(cut.after[3]!.policy, after)).toBeLessThan(1e-5);
    const numbers = (states: ReadonlyMap<string, unknown>) =>
      [...states.values()].flatMap((state) => Object.values(state as Record<string, number>));
    numbers(cut.session.states).forEach((value, at) =>
      expect(value).toBeCloseTo(numbers(whole.session.states)[at]!, 6),
    );
    const tensors = tf.memory().numTensors;
    await cut.session.train(groups);
    await cut.session.evaluate(groups);
    expect(tf.memory().numTensors).toBe(tensors);
    [whole, cut].forEach(({ dispose }) => dispose());
  });
});
