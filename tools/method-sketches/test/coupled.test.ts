import { compose, constantBeta, implicitReward, logistic, tf, type Method } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { beforeAll, describe, expect, it } from "vitest";
import { adpo, aot, betaOfGap, gapFilter } from "../src/index.ts";
import { weightDifference, type Example } from "../src/train/index.ts";
import { expectSameMetrics, threeSteps } from "./three-steps.ts";
import { groups, pairs } from "./trajectories.ts";

const dpoWith = (parts: Partial<Method>): Method => ({
  ...compose({ beta: constantBeta(), scorer: implicitReward(), loss: logistic() }),
  ...parts,
});

/** Two pairs, one, and one: 19, 10 and 12 tokens of the stream. */
const three = { examples: pairs, microBatchTokens: 20 };

interface Run {
  readonly method: Method;
  readonly examples: readonly Example[];
  readonly microBatchTokens: number;
}
const runs: Readonly<Record<string, Run>> = {
  "AOT on margins": { method: aot({ beta: 0.5 }), ...three },
  "AOT on rewards, smoothed": { method: aot({ paired: false, smoothing: 0.1 }), ...three },
  "β-DPO's β": { method: dpoWith({ beta: betaOfGap() }), ...three },
  "β-DPO's filter": { method: dpoWith({ emphasis: gapFilter({ keep: 0.6 }) }), ...three },
  "β-DPO": { method: dpoWith({ beta: betaOfGap(), emphasis: gapFilter() }), ...three },
  "ADPO's temperature": {
    method: adpo({ adaptive: { alpha: 0.5, penalty: 1, min: 0.1, max: 5 } }),
    examples: groups,
    microBatchTokens: 17, // a group each
  },
};

describe("what sees the whole step, three steps on cpu", () => {
  beforeAll(() => useBackend("cpu"));

  it.each(Object.keys(runs))(
    "%s: unequal micro-batches give the numbers of one batch, without a leak",
    async (name) => {
      const { method, examples, microBatchTokens } = runs[name]!;
      const whole = await threeSteps(method, examples);
      const cut = await threeSteps(method, examples, { microBatchTokens });
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
      await cut.session.train(examples);
      await cut.session.evaluate(examples);
      expect(tf.memory().numTensors).toBe(tensors);
      [whole, cut].forEach(({ dispose }) => dispose());
    },
  );

  it("AOT in evaluation is AOT of the whole evaluation, however it is cut", async () => {
    const method = aot({ beta: 0.5 });
    const [whole, cut] = [await threeSteps(method, pairs), await threeSteps(method, pairs, { microBatchTokens: 1 })];
    const [a, b] = [await whole.session.evaluate(pairs), await cut.session.evaluate(pairs)];
    expect(b.loss).toBeCloseTo(a.loss!, 5);
    [whole, cut].forEach(({ dispose }) => dispose());
  });
});
