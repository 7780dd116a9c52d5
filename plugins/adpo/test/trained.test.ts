import { readFile } from "node:fs/promises";
import {
  assignWeights,
  blend,
  follow,
  goldenSession,
  groupExamples,
  type GoldenStep,
  sumDifference,
  weightDifference,
  weightsOf,
  withCandidates,
} from "@tokenwise-tools/golden-runs";
import { train, type Run, type TrainEvent, type TrainOptions } from "@tokenwise/core";
import { tf, type Method } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { tinyFolder, tinyGroups, type TinyFolder } from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { adpo, type Options } from "../src/index.ts";
import file from "./goldens/trained.json" with { type: "json" };

/** The authors' trainer takes advantages from one that divides by the deviation + 1e-4. */
const released = (temperature: number): Options => ({
  tau: 0.8,
  targets: { kind: "z-score", temperature, epsilon: 1e-4 },
});
const groups = groupExamples(file.inputs.GE1);
type Step = GoldenStep & { readonly tau_mean: number };
const trajectory = (name: string) => file.cases.find((each) => each.name === name)!;
const sums = (name: "e2e_adpo" | "e2e_adpo_adaptive" | "e2e_adpo_ema", of: "final" | "finalAnchor" = "final") =>
  (trajectory(name) as unknown as Record<string, Record<string, readonly number[]>>)[of]!;

afterAll(() => useBackend("cpu")); // for the files after this one, in the same process

describe.each(inject("backends"))("the authors' five steps of a tiny Llama, on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it("a fixed anchor: loss, gradient norm and the trained weights", async () => {
    const { session, policy, dispose } = goldenSession(file.model, adpo(released(0.5)), groups);
    const { loss, gradNorm } = await follow(session, groups, trajectory("e2e_adpo").steps);
    expect(loss).toBeLessThan(1e-5);
    expect(gradNorm).toBeLessThan(1e-4);
    expect(sumDifference(policy.parameters, sums("e2e_adpo"))).toBeLessThan(1e-4);
    dispose();
  });

  it("adaptive τ with the KL to the anchor: τ as well", async () => {
    const adaptive = { alpha: 0.5, penalty: 1, min: 0.1, max: 5 };
    const method = adpo({ ...released(0.5), adaptive, anchorKl: 0.02 });
    const { session, policy, dispose } = goldenSession(file.model, method, groups);
    const steps = trajectory("e2e_adpo_adaptive").steps as readonly Step[];
    const { loss, gradNorm, metrics } = await follow(session, groups, steps);
    expect(loss).toBeLessThan(1e-5);
    expect(gradNorm).toBeLessThan(1e-4);
    expect(sumDifference(policy.parameters, sums("e2e_adpo_adaptive"))).toBeLessThan(1e-4);
    steps.forEach(({ tau_mean }, index) =>
      expect(metrics[index]!["adaptive-temperature/temperature"]).toBeCloseTo(tau_mean, 5),
    );
    dispose();
  });

  it("an EMA anchor that is moved by hand in the authors' order, before the optimizer step", async () => {
    const { session, policy, reference, dispose } = goldenSession(file.model, adpo(released(1)), groups);
    const moved = () => blend(weightsOf(reference.parameters), weightsOf(policy.parameters), 0.9);
    let next = moved();
    const { loss, gradNorm } = await follow(session, groups, trajectory("e2e_adpo_ema").steps, () => {
      assignWeights(reference.parameters, next);
      next = moved();
    });
    expect(loss).toBeLessThan(1e-5);
    expect(gradNorm).toBeLessThan(1e-4);
    expect(sumDifference(policy.parameters, sums("e2e_adpo_ema"))).toBeLessThan(1e-4);
    expect(sumDifference(reference.parameters, sums("e2e_adpo_ema", "finalAnchor"))).toBeLessThan(1e-4);
    dispose();
  });
});

/** Weights before the first and after each of three steps; the caller disposes. */
async function threeSteps(method: Method, examples = groups, more: Parameters<typeof goldenSession>[3] = {}) {
  const run = goldenSession(file.model, method, examples, { clip: null, ...more });
  const weights = () => ({
    policy: weightsOf(run.policy.parameters),
    anchor: weightsOf((run.session.reference ?? run.reference).parameters),
  });
  const [after, metrics] = [[weights()], [] as Readonly<Record<string, number>>[]];
  for (let step = 1; step <= 3; step++) {
    metrics.push(await run.session.train(examples));
    after.push(weights());
  }
  return { ...run, after, metrics };
}

describe("anchors in training", () => {
  beforeAll(() => useBackend("cpu"));

  it("average: 0.7 of the anchor stays in each step, after the optimizer's; the given reference is left as it is", async () => {
    const { after, reference, dispose } = await threeSteps(adpo({ anchor: { kind: "average", keep: 0.7 } }));
    for (const step of [1, 2, 3]) {
      const expected = blend(after[step - 1]!.anchor, after[step]!.policy, 0.7);
      expect(weightDifference(after[step]!.anchor, expected)).toBeLessThan(1e-6);
      expect(weightDifference(after[step]!.anchor, after[step - 1]!.anchor)).toBeGreaterThan(1e-3);
    }
    expect(weightDifference(weightsOf(reference.parameters), after[0]!.anchor)).toBe(0);
    dispose();
  });

  it("copy: every second step the policy, in between unchanged", async () => {
    const { after, session, dispose } = await threeSteps(adpo({ anchor: { kind: "copy", steps: 2 } }));
    expect(weightDifference(after[1]!.anchor, after[0]!.anchor)).toBe(0);
    expect(weightDifference(after[2]!.anchor, after[2]!.policy)).toBeLessThan(1e-7);
    expect(weightDifference(after[3]!.anchor, after[2]!.anchor)).toBe(0);
    expect(session.states.get("#anchor")).toBe(3);
    dispose();
  });

  it.each([
    ["in one micro-batch", 4096],
    ["in two", 17],
  ])(
    "drift: copied once the mean |s − s_anchor| of two steps is above the threshold; %s",
    async (_, microBatchTokens) => {
      const method = adpo({ anchor: { kind: "drift", threshold: 0.3, window: 2 } });
      const { after, session, dispose } = await threeSteps(method, groups, { microBatchTokens });
      expect(weightDifference(after[1]!.anchor, after[0]!.anchor)).toBe(0);
      expect(weightDifference(after[2]!.anchor, after[2]!.policy)).toBe(0);
      expect(weightDifference(after[3]!.anchor, after[2]!.anchor)).toBe(0);
      const [seen] = [session.states.get("#anchor") as readonly number[]];
      expect(seen).toHaveLength(1); // counted anew: the third step began at its anchor
      expect(seen[0]).toBe(0);
      const first = trajectory("e2e_adpo").steps[0]!.meanAbsLogRatio;
      const one = goldenSession(file.model, method, groups, { microBatchTokens });
      await one.session.train(groups);
      expect((one.session.states.get("#anchor") as readonly number[])[0]).toBeCloseTo(first, 5);
      [{ dispose }, one].forEach((run) => run.dispose());
    },
  );

  it("a missing candidate changes nothing: metrics and weights are those of the group without it", async () => {
    const method = adpo({ anchor: { kind: "average", keep: 0.7 }, adaptive: {}, anchorKl: 0.1 });
    const missing = groups.map((group) => withCandidates(group, [0, 1, null, 3]));
    const shorter = groups.map((group) => withCandidates(group, [0, 1, 3]));
    const [a, b] = [await threeSteps(method, missing), await threeSteps(method, shorter)];
    a.metrics.forEach((metrics, step) => {
      for (const [name, value] of Object.entries(metrics)) expect(value, name).toBeCloseTo(b.metrics[step]![name]!, 5);
    });
    expect(weightDifference(a.after[3]!.policy, b.after[3]!.policy)).toBeLessThan(1e-6);
    expect(weightDifference(a.after[3]!.anchor, b.after[3]!.anchor)).toBeLessThan(1e-6);
    [a, b].forEach(({ dispose }) => dispose());
  });

  it("what sees the whole step gives the numbers of one batch in two, without a leak", async () => {
    const method = adpo({ adaptive: {}, dropFailed: true, anchorKl: 0.1 });
    const [whole, cut] = [await threeSteps(method), await threeSteps(method, groups, { microBatchTokens: 17 })];
    cut.metrics.forEach((metrics, step) => {
      for (const [name, value] of Object.entries(metrics))
        expect(value, name).toBeCloseTo(whole.metrics[step]![name]!, 5);
    });
    expect(weightDifference(cut.after[3]!.policy, whole.after[3]!.policy)).toBeLessThan(1e-5);
    const tensors = tf.memory().numTensors;
    await cut.session.train(groups);
    await cut.session.evaluate(groups);
    expect(tf.memory().numTensors).toBe(tensors);
    [whole, cut].forEach(({ dispose }) => dispose());
  });

  it("groups of one candidate are refused before the first step", () => {
    const single = groups.map((group) => withCandidates(group, [0]));
    expect(() => goldenSession(file.model, adpo(), single)).toThrow(expect.objectContaining({ code: "TW_E_UNPAIRED" }));
  });
});

describe("train() on a folder", () => {
  let folder: TinyFolder;
  beforeAll(async () => {
    await useBackend("cpu");
    folder = await tinyFolder();
  });
  afterAll(() => folder.remove());

  it.each([
    ["an EMA anchor, a missing candidate", { anchor: { kind: "average", keep: 0.8 } }, 2],
    ["an anchor copied every second step", { anchor: { kind: "copy", steps: 2 } }, 3],
    ["an anchor copied on drift", { anchor: { kind: "drift", threshold: 1e-6, window: 2 } }, 3],
  ] as const)(
    "%s: stopped after a step and resumed, the run has the bits of one never stopped",
    async (name, options, of) => {
      const run = (more: Partial<TrainOptions>): Promise<Run> =>
        train({
          model: folder.model,
          data: tinyGroups(6, of),
          method: adpo(options),
          steps: 3,
          batchSize: 4,
          learningRate: 0.01,
          seed: 5,
          backend: "cpu",
          checkpointEvery: 1,
          keepCheckpoints: 3,
          ...more,
        });
      const [whole, halted] = [folder.path(`${name}-whole`), folder.path(`${name}-halted`)];
      const complete = await run({ output: whole });
      const stop = new AbortController();
      const onEvent = (event: TrainEvent): void => {
        if (event.type === "step") stop.abort();
      };
      const first = await run({ output: halted, signal: stop.signal, onEvent });
      const second = await run({ output: halted, resume: true });
      expect([...first.history, ...second.history]).toEqual(complete.history);
      expect(second.states).toEqual(complete.states);
      for (const path of ["model.safetensors", "reference/model.safetensors"]) {
        const at = (output: string, step: number) => readFile(`${output}/checkpoint-${step}/${path}`, "hex");
        expect(await at(halted, 3), path).toBe(await at(whole, 3));
        expect(await at(whole, 3), path).not.toBe(await at(whole, 1));
      }
      [complete, first, second].forEach(({ model }) => model.dispose());
    },
  );
});
