import {
  assignWeights,
  follow,
  goldenSession,
  pairExamples,
  sumDifference,
  weightDifference,
  weightsOf,
  type Weights,
} from "@tokenwise-tools/golden-runs";
import { train, type Run, type Session, type TrainEvent, type TrainOptions } from "@tokenwise/core";
import { tf } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { tinyFolder, tinyPairs, type TinyFolder } from "@tokenwise/testkit";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { sparsePo } from "../src/index.ts";
import file from "./goldens/trained.json" with { type: "json" };

const examples = pairExamples(file.inputs.E1.rows);
const golden = file.cases[0]!;
const masksOf = (session: Session): ReadonlyMap<string, tf.Variable> =>
  new Map([...session.partParameters.variables].map(([name, { variable }]) => [name, variable]));

/** Where a tensor of the authors' network stands in ours: its name, and the row there. */
const places: Readonly<Record<string, readonly [name: string, row: number]>> = {
  "w_per_layer.0.w.weight": ["weight", 0],
  "w_per_layer.0.w.bias": ["bias", 0],
  "w_per_layer.1.w.weight": ["weight", 1],
  "w_per_layer.1.w.bias": ["bias", 1],
  "mixer.weight": ["mix", 0],
  "layer_norm.weight": ["scale", 0],
  "layer_norm.bias": ["shift", 0],
};
const sizes: Readonly<Record<string, number>> = { bias: 1, mix: 2 };
const sizeOf = (name: string): number => sizes[name] ?? 8;
const idOf = (name: string): string => `sparse-masks/common/${name}`;

/** The first values of the network, by the golden file's formula. */
function firstMasks(): Weights {
  const weights = new Map<string, readonly number[]>();
  Object.entries(places).forEach(([theirs, [name]], p) => {
    const values = Array.from({ length: sizeOf(name) }, (_, k) => {
      const s = Math.sin(1.1 * k + 0.013 * (p + 1) * k * k + 0.9 * p + 1.4);
      if (theirs === "layer_norm.weight") return 1 + 0.1 * s;
      return theirs === "mixer.weight" ? 0.5 + 0.4 * s : 0.6 * s;
    });
    weights.set(idOf(name), [...(weights.get(idOf(name)) ?? []), ...values]);
  });
  return weights;
}

/** Our tensors under the authors' names. The caller disposes of them. */
const underTheirNames = (variables: ReadonlyMap<string, tf.Variable>): Map<string, tf.Tensor> =>
  new Map(
    Object.entries(places).map(([theirs, [name, row]]) => {
      const values = [...variables.get(idOf(name))!.dataSync()];
      return [theirs, tf.tensor1d(values.slice(row * sizeOf(name), (row + 1) * sizeOf(name)))];
    }),
  );

describe.each(inject("backends"))("the authors' five steps of a tiny Llama on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  afterAll(() => useBackend("cpu"));

  it.each([
    ["in one micro-batch", {}],
    ["pair by pair, with recomputation", { microBatchTokens: 1, recompute: true }],
  ])("%s: losses, both gradient norms, norms of the masks, the trained weights of policy and masks", async (_, how) => {
    const { options, steps, final, finalMaskNetwork } = golden;
    const { beta, lambdaU: l1Reward, lambdaD: l1Divergence } = options;
    const method = sparsePo({ beta, l1Reward, l1Divergence });
    const { session, policy, dispose } = goldenSession(file.model, method, examples, how);
    const masks = masksOf(session);
    expect([...masks.keys()].sort()).toEqual([...firstMasks().keys()].sort());
    assignWeights(masks, firstMasks());
    const { loss, gradNorm, metrics } = await follow(session, examples, steps);
    expect(loss).toBeLessThan(1e-5);
    expect(gradNorm).toBeLessThan(1e-4);
    steps.forEach((step, index) => {
      const ours = metrics[index]!;
      expect(Math.abs(ours["grad_norm/parts"]! / step.maskGradNorm - 1)).toBeLessThan(1e-4);
      expect(ours["sparse-masks/common-sparsity"]).toBe(step["Weights/rw_chosen_sparsity"]);
      const norm = step["Weights/u_chosen_l1_norm"] + step["Weights/u_rejected_l1_norm"];
      expect(ours["mask-norm:reward/loss"]).toBeCloseTo(norm, 4);
      expect(ours["mask-norm:divergence/loss"]).toBeCloseTo(norm, 4);
    });
    expect(sumDifference(policy.parameters, final)).toBeLessThan(1e-4);
    const theirs = underTheirNames(masks);
    expect(sumDifference(theirs, finalMaskNetwork)).toBeLessThan(1e-4);
    tf.dispose([...theirs.values()]);
    dispose();
  });
});

describe("three steps of a tiny Llama", () => {
  beforeAll(() => useBackend("cpu"));
  const independent = (weightDecay: number) =>
    sparsePo({ masks: "independent", l1Reward: 0.01, l1Divergence: 0.01, weightDecay });

  async function threeSteps(method: ReturnType<typeof sparsePo>, settings = {}) {
    const run = goldenSession(file.model, method, examples, { seed: 2, weightDecay: 0, ...settings });
    const weights = () => ({
      policy: weightsOf(run.policy.parameters),
      reference: weightsOf(run.reference.parameters),
      masks: weightsOf(masksOf(run.session)),
    });
    const after = [weights()];
    const metrics = [];
    for (let step = 1; step <= 3; step++) {
      metrics.push(await run.session.train(examples));
      after.push(weights());
    }
    return { ...run, metrics, after };
  }
  const only = (weights: Weights, name: string): Weights => new Map([[name, weights.get(name)!]]);

  it("every tensor of both networks and the policy moves, the reference does not, and every metric is finite", async () => {
    const { metrics, after, dispose } = await threeSteps(independent(0));
    for (const step of metrics) for (const value of Object.values(step)) expect(value).toSatisfy(Number.isFinite);
    const [before, , , last] = after;
    expect(before!.masks.size).toBe(10);
    for (const name of before!.masks.keys())
      expect(weightDifference(only(before!.masks, name), only(last!.masks, name)), name).toBeGreaterThan(1e-3);
    expect(weightDifference(before!.policy, last!.policy)).toBeGreaterThan(1e-3);
    expect(weightDifference(before!.reference, last!.reference)).toBe(0);
    dispose();
  });

  it("the masks' weight decay is on what the released code holds as matrices alone", async () => {
    const [free, decayed] = [await threeSteps(independent(0)), await threeSteps(independent(0.5))];
    const [first, a, b] = [free.after[0]!.masks, free.after[1]!.masks, decayed.after[1]!.masks];
    for (const [name, values] of first) {
      const share = /weight|mix/.test(name) ? 0.01 * 0.5 : 0; // learning rate · decay
      const expected = new Map([[name, a.get(name)!.map((value, at) => value - share * values[at]!)]]);
      expect(weightDifference(only(b, name), expected), name).toBeLessThan(1e-7);
    }
    expect(weightDifference(free.after[1]!.policy, decayed.after[1]!.policy)).toBe(0);
    [free, decayed].forEach(({ dispose }) => dispose());
  });

  it("the last layer alone trains a head without norm and mixing, on the hidden state after the final norm", async () => {
    const { after, metrics, dispose } = await threeSteps(sparsePo({ layers: "last", init: "positive" }));
    expect([...after[0]!.masks.keys()]).toEqual(["sparse-masks/common/weight", "sparse-masks/common/bias"]);
    expect(weightDifference(after[0]!.masks, after[3]!.masks)).toBeGreaterThan(1e-3);
    expect(metrics[0]!["sparse-masks/common-sparsity"]).toBeLessThan(1);
    dispose();
  });

  it("unequal micro-batches give the numbers of one batch, and leave no tensor behind", async () => {
    const whole = await threeSteps(independent(0.01));
    const cut = await threeSteps(independent(0.01), { microBatchTokens: 30, recompute: true });
    cut.metrics.forEach((metrics, step) => {
      for (const [name, value] of Object.entries(metrics))
        expect(value, name).toBeCloseTo(whole.metrics[step]![name]!, 5);
    });
    const before = tf.memory().numTensors;
    await cut.session.train(examples);
    expect(tf.memory().numTensors).toBe(before);
    [whole, cut].forEach(({ dispose }) => dispose());
  });
});

describe("train() on a folder", () => {
  let folder: TinyFolder;
  beforeAll(async () => {
    await useBackend("cpu");
    folder = await tinyFolder();
  });
  afterAll(() => folder.remove());

  const run = (more: Partial<TrainOptions>): Promise<Run> =>
    train({
      model: folder.model,
      data: tinyPairs(6),
      method: sparsePo({ masks: "independent", l1Reward: 0.01, l1Divergence: 0.01, init: "positive" }),
      steps: 3,
      batchSize: 4,
      learningRate: 0.01,
      seed: 5,
      checkpointEvery: 1,
      keepCheckpoints: 3,
      backend: "cpu",
      ...more,
    });

  it("a stopped run resumes with its masks, and ends with the bits of a run that was never stopped", async () => {
    const [whole, halted] = [folder.path("whole"), folder.path("halted")];
    const complete = await run({ output: whole });
    const stop = new AbortController();
    const onEvent = (event: TrainEvent): void => {
      if (event.type === "step") stop.abort();
    };
    const first = await run({ output: halted, signal: stop.signal, onEvent });
    const second = await run({ output: halted, resume: true });
    expect([...first.history, ...second.history]).toEqual(complete.history);
    for (const name of ["model.safetensors", "parts.safetensors"]) {
      const at = (output: string, step: number) => readFile(`${output}/checkpoint-${step}/${name}`, "hex");
      expect(await at(halted, 3), name).toBe(await at(whole, 3));
      expect(await at(whole, 3), name).not.toBe(await at(whole, 1));
    }
    [complete, first, second].forEach(({ model }) => model.dispose());
  });

  it("a mask that is 0 everywhere is told once, with what to do; masks near 1 are not", async () => {
    const warnings = async (method: ReturnType<typeof sparsePo>, more = {}) => {
      const told: TrainEvent[] = [];
      const onEvent = (event: TrainEvent): void => {
        if (event.type === "warning") told.push(event);
      };
      (await run({ method, onEvent, ...more })).model.dispose();
      return told;
    };
    // A penalty that pushes the biases of 1 below 0 in a few steps.
    const dead = sparsePo({ layers: "last", init: "positive", masks: "reward", l1Reward: 100 });
    const told = await warnings(dead, { learningRate: 1, steps: 5 });
    expect(told).toEqual([
      {
        type: "warning",
        step: expect.any(Number) as number,
        part: "sparse-masks",
        message: expect.stringMatching(/the reward mask is 0 for every token.*init "positive".*L1 penalty/) as string,
      },
    ]);
    expect(await warnings(sparsePo({ init: "positive" }))).toEqual([]);
  });
});
