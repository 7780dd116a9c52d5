import {
  column,
  compose,
  constantBeta,
  implicitReward,
  logistic,
  reverseKl,
  tf,
  weighter,
  type Method,
} from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { describe, expect, inject, it } from "vitest";
import { tinyPairs, tinySession } from "./sessions.ts";
import goldens from "./goldens/trajectories.json" with { type: "json" };

const columnWeights = weighter({
  name: "column-weights",
  needs: { weights: column("weights") },
  weigh: ({ read }) => ({ reward: read.weights, divergence: read.weights }),
});

const methods: Readonly<Record<string, Method>> = {
  e2e_tdpo1: compose({
    beta: constantBeta({ beta: 0.3 }),
    scorer: implicitReward({ divergence: 1 }),
    loss: logistic(),
  }),
  e2e_tdpo2: compose({
    beta: constantBeta({ beta: 0.1 }),
    scorer: implicitReward({ divergence: 0.5, stopPreferred: true, logged: 1 }),
    loss: logistic(),
  }),
  e2e_tis_dpo: compose({
    weighter: columnWeights,
    beta: constantBeta({ beta: 0.1 }),
    scorer: implicitReward(),
    loss: logistic(),
  }),
  e2e_tis_dpo_kl: compose({
    weighter: columnWeights,
    beta: constantBeta({ beta: 0.1 }),
    scorer: implicitReward({ divergence: -0.5, kl: reverseKl, logged: -1 }),
    loss: logistic(),
  }),
};

function golden(name: string) {
  const found = goldens.cases.find((candidate) => candidate.name === name)!;
  const examples = tinyPairs("weights" in found ? found.weights : undefined);
  return { expected: found, examples };
}

describe.each(inject("backends"))("on %s", (backend) => {
  const tolerance = backend === "cpu" ? 1e-5 : 1e-4;

  it.each(Object.keys(methods))("%s follows the authors' five steps", async (name) => {
    await useBackend(backend);
    const { expected: trajectory, examples } = golden(name);
    const { session, policy, dispose } = tinySession(methods[name]!, examples);
    for (const expected of trajectory.steps) {
      const metrics = await session.train(examples);
      expect(Math.abs(metrics.loss! - expected.loss)).toBeLessThan(tolerance);
      expect(Math.abs(metrics.grad_norm! / expected.gradNorm - 1)).toBeLessThan(tolerance * 10);
      expect(metrics["rewards/accuracies"]).toBeCloseTo(expected.rewardAccuracy, 6);
      const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(metrics["rewards/chosen"]).toBeCloseTo(mean(expected.rewardsChosen), 5);
      expect(metrics["rewards/rejected"]).toBeCloseTo(mean(expected.rewardsRejected), 5);
    }
    for (const [parameter, [sum, norm]] of Object.entries(trajectory.final) as [string, [number, number]][]) {
      const values = policy.parameters.get(parameter)?.dataSync() as Float32Array;
      expect(Math.abs(values.reduce((total, value) => total + value, 0) - sum), parameter).toBeLessThan(1e-4);
      expect(Math.abs(Math.hypot(...values) - norm), parameter).toBeLessThan(1e-4);
    }
    dispose();
  });

  it("unequal micro-batches and recomputed activations give the numbers of one batch, and leave no tensor behind", async () => {
    await useBackend(backend);
    const { examples } = golden("e2e_tdpo2");
    const method = methods.e2e_tdpo2!;
    const whole = tinySession(method, examples);
    const cut = tinySession(method, examples, { microBatchTokens: 30, recompute: true, vocabularyRows: 5 });
    for (let step = 0; step < 3; step++) {
      const [a, b] = [await whole.session.train(examples), await cut.session.train(examples)];
      for (const key of Object.keys(a)) expect(b[key], key).toBeCloseTo(a[key]!, 5);
    }
    const before = tf.memory().numTensors;
    await cut.session.train(examples);
    await cut.session.evaluate(examples);
    expect(tf.memory().numTensors).toBe(before);
    whole.dispose();
    cut.dispose();
  });
});
