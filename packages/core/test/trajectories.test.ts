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
import { useBackend, type CausalModel } from "@tokenwise/model";
import { afterEach, describe, expect, it } from "vitest";
import { parseSettings } from "../src/loop/settings.ts";
import { Session } from "../src/loop/session.ts";
import { describeDataset } from "../src/plan/dataset.ts";
import { planMethod } from "../src/plan/plan.ts";
import { formulaLlama, goldenPairs, type GoldenRow } from "./formula-llama.ts";
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

const models: CausalModel[] = [];
afterEach(() => models.splice(0).forEach((model) => model.dispose()));

function session(name: string, overrides: Partial<Parameters<typeof parseSettings>[0]> = {}) {
  const golden = goldens.cases.find((candidate) => candidate.name === name) as (typeof goldens.cases)[number];
  const weights = "weights" in golden ? (golden.weights as number[][]) : undefined;
  const examples = goldenPairs(goldens.rows as GoldenRow[], weights);
  const [policy, reference] = [
    formulaLlama(goldens.model as never, "policy"),
    formulaLlama(goldens.model as never, "reference"),
  ];
  models.push(policy, reference);
  const settings = parseSettings({
    learningRate: 0.01,
    weightDecay: 0.01,
    weightDecayOn: "all",
    clip: null,
    schedule: "constant",
    reference: "live",
    ...overrides,
  });
  const plan = planMethod(
    methods[name] as Method,
    describeDataset(examples, { vocabulary: 16, positions: 64 }),
    settings,
  );
  const schedule = { kind: "constant", warmupSteps: 0, totalSteps: 5 } as const;
  return { golden, examples, policy, session: new Session({ plan, policy, reference, settings, schedule }) };
}

describe.each(["cpu", "wasm"] as const)("on %s", (backend) => {
  const tolerance = backend === "cpu" ? 1e-5 : 1e-4;

  it.each(Object.keys(methods))("%s follows the authors' five steps", async (name) => {
    await useBackend(backend);
    const { golden, examples, policy, session: run } = session(name);
    for (const expected of golden.steps) {
      const metrics = await run.train(examples);
      expect(Math.abs((metrics.loss as number) - expected.loss)).toBeLessThan(tolerance);
      expect(Math.abs((metrics.grad_norm as number) / expected.gradNorm - 1)).toBeLessThan(tolerance * 10);
      expect(metrics["rewards/accuracies"]).toBeCloseTo(expected.rewardAccuracy, 6);
      const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(metrics["rewards/chosen"]).toBeCloseTo(mean(expected.rewardsChosen), 5);
      expect(metrics["rewards/rejected"]).toBeCloseTo(mean(expected.rewardsRejected), 5);
    }
    for (const [parameter, [sum, norm]] of Object.entries(golden.final) as [string, [number, number]][]) {
      const values = policy.parameters.get(parameter)?.dataSync() as Float32Array;
      expect(Math.abs(values.reduce((total, value) => total + value, 0) - sum), parameter).toBeLessThan(1e-4);
      expect(Math.abs(Math.hypot(...values) - norm), parameter).toBeLessThan(1e-4);
    }
    run.dispose();
  });

  it("unequal micro-batches and recomputed activations give the numbers of one batch, and leave no tensor behind", async () => {
    await useBackend(backend);
    const whole = session("e2e_tdpo2");
    const cut = session("e2e_tdpo2", { microBatchTokens: 30, recompute: true, vocabularyRows: 5 });
    for (let step = 0; step < 3; step++) {
      const [a, b] = [await whole.session.train(whole.examples), await cut.session.train(cut.examples)];
      for (const key of Object.keys(a)) expect(b[key], key).toBeCloseTo(a[key] as number, 5);
    }
    const before = tf.memory().numTensors;
    await cut.session.train(cut.examples);
    await cut.session.evaluate(cut.examples);
    expect(tf.memory().numTensors).toBe(before);
    whole.session.dispose();
    cut.session.dispose();
  });
});
