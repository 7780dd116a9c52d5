import {
  compose,
  constantBeta,
  dpo,
  entropy,
  forwardKl,
  implicitReward,
  logistic,
  reverseKl,
  sequenceSum,
  sft,
  tf,
} from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { describeDataset } from "../src/plan/dataset.ts";
import { planMethod } from "../src/plan/plan.ts";
import { readRequests } from "../src/step/read-requests.ts";
import { limits, tinyPairs, tinySession } from "./sessions.ts";

const pairs = tinyPairs();
const features = describeDataset(pairs, limits);
const full = { metrics: "full" } as const;
const [perSide, kls] = [
  ["entropy/chosen", "entropy/rejected", "logits/chosen", "logits/rejected"],
  ["forward_kl/chosen", "forward_kl/rejected", "reverse_kl/chosen", "reverse_kl/rejected"],
];
const ofPolicy = ["entropy", ...perSide, "mean_token_accuracy"];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

afterAll(() => useBackend("cpu")); // for the files after this one, in the same process

describe.each(inject("backends"))('metrics: "full" on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it("adds metrics and changes no other number, in training and in evaluation", async () => {
    const [plain, measured] = [tinySession(dpo(), pairs), tinySession(dpo(), pairs, full)];
    for (const run of ["evaluate", "train", "train"] as const) {
      const [few, all] = [await plain.session[run](pairs), await measured.session[run](pairs)];
      const added = Object.keys(all).filter((name) => !(name in few));
      expect(added.sort()).toEqual([...ofPolicy, ...kls].sort());
      for (const [name, value] of Object.entries(few)) expect(all[name], name).toBeCloseTo(value, 5);
      for (const name of added) expect(Number.isFinite(all[name]), name).toBe(true);
    }
    [plain, measured].forEach(({ dispose }) => dispose());
  });

  it("are entropies and exact divergences of chosen and rejected responses", async () => {
    const { session, policy, reference, dispose } = tinySession(dpo(), pairs, full);
    const metrics = await session.evaluate(pairs);
    const needs = { entropy, forward: sequenceSum(forwardKl), reverse: sequenceSum(reverseKl) };
    const values = await readRequests({ policy, reference, examples: pairs, needs });
    const rows = (list: readonly Float32Array[], side: number) => list.filter((_, row) => row % 2 === side);
    ["chosen", "rejected"].forEach((name, side) => {
      const tokens = rows(values.entropy, side).flatMap((row) => [...row]);
      expect(metrics[`entropy/${name}`]).toBeCloseTo(mean(tokens), 5);
      expect(metrics[`forward_kl/${name}`]).toBeCloseTo(mean(rows(values.forward, side).map(([kl]) => kl!)), 5);
      expect(metrics[`reverse_kl/${name}`]).toBeCloseTo(mean(rows(values.reverse, side).map(([kl]) => kl!)), 5);
    });
    expect(metrics.entropy).toBeCloseTo(mean(values.entropy.flatMap((row) => [...row])), 5);
    dispose();
  });

  it("are the same however a step is cut, and leave no tensor", async () => {
    const [whole, cut] = [tinySession(dpo(), pairs, full), tinySession(dpo(), pairs, { ...full, microBatchTokens: 1 })];
    const [one, other] = [await whole.session.train(pairs), await cut.session.train(pairs)];
    for (const [name, value] of Object.entries(one)) expect(other[name], name).toBeCloseTo(value, 4);
    const tensors = tf.memory().numTensors;
    await cut.session.train(pairs);
    await cut.session.evaluate(pairs);
    expect(tf.memory().numTensors).toBe(tensors);
    [whole, cut].forEach(({ dispose }) => dispose());
  });

  it("of supervised training have no divergence, since nothing reads a reference, and none of the rejected", async () => {
    const single = pairs.map((example) => ({ ...example, candidates: example.candidates.slice(0, 1) }));
    const { session, dispose } = tinySession(sft(), single, full);
    const metrics = await session.train(single);
    for (const name of [...kls, "entropy/rejected", "logits/rejected"]) expect(metrics).not.toHaveProperty(name);
    expect(metrics.mean_token_accuracy).toBeGreaterThanOrEqual(0);
    expect(metrics["entropy/chosen"]).toBeCloseTo(metrics.entropy!, 6);
    dispose();
  });
});

describe("what they cost", () => {
  const names = (...given: Parameters<typeof planMethod>) =>
    planMethod(...given).vocabulary.map(({ name, options }) => (options ? `${name} ${JSON.stringify(options)}` : name));

  it("by default nothing: no reduction that the method does not ask for", () => {
    expect(planMethod(dpo(), features).measures).toBeUndefined();
    expect(names(dpo(), features)).toEqual(['token-log-prob {"model":"policy"}']);
    expect(planMethod(dpo(), features).reference).toBe("cached");
  });

  it("five reductions without a gradient, and a reference in every step where there is one", () => {
    const plan = planMethod(dpo(), features, full);
    expect(plan.reference).toBe("live");
    const added = plan.vocabulary.filter(({ name }) => name.startsWith("metrics."));
    expect(added.map(({ name }) => name).sort()).toEqual(
      ["entropy", "forward-kl", "hit", "logits", "reverse-kl"].map((name) => `metrics.${name}`),
    );
    expect(added.every(({ define }) => !define.gradient)).toBe(true);
    expect(planMethod(sft(), features, full).reference).toBe("unused");
  });

  it("less where the method asks for the same", () => {
    const scorer = implicitReward({ divergence: 0.5 });
    const method = compose({ beta: constantBeta(), scorer, loss: logistic() });
    const asked = names(method, features, full);
    expect(asked).toContain("forward-kl");
    expect(asked).not.toContain("metrics.forward-kl");
  });
});
