import { follow, goldenSession, pairExamples, sumDifference } from "@tokenwise-tools/golden-runs";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { attentionPo } from "../src/index.ts";
import file from "./goldens/trained.json" with { type: "json" };

afterAll(() => useBackend("cpu"));

describe.each(inject("backends"))("the authors' five steps of a tiny Llama on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(file.cases)("$name: loss, gradient norm, rewards and the trained weights", async (golden) => {
    const { steps, final, options, weights } = golden;
    const examples = pairExamples(file.inputs.E1.rows, { "attention-po.weights": weights });
    const { session, policy, dispose } = goldenSession(file.model, attentionPo(options), examples);
    const { loss, gradNorm, metrics } = await follow(session, examples, steps);
    expect(loss).toBeLessThan(1e-5);
    expect(gradNorm).toBeLessThan(1e-4);
    expect(sumDifference(policy.parameters, final)).toBeLessThan(1e-4);
    steps.forEach((step, index) => {
      expect(metrics[index]!["rewards/chosen"]).toBeCloseTo(step["rewards/weighted_chosen"], 5);
      expect(metrics[index]!["rewards/rejected"]).toBeCloseTo(step["rewards/weighted_rejected"], 5);
      expect(metrics[index]!["rewards/accuracies"]).toBe(step["rewards/weighted_accuracies"]);
      expect(metrics[index]!["logps/chosen"]).toBeCloseTo(step["logps/chosen"], 4);
    });
    dispose();
  });
});
