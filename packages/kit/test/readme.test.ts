import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as kit from "../src/index.ts";
import { testView } from "./batch.ts";
import { gapDpo } from "./readme-composition.ts";
import { clearPairs } from "./readme-emphasis.ts";
import { onPolicy } from "./readme-on-policy.ts";
import relative, { relativeBeta } from "./readme-plugin.ts";
import { stay } from "./readme-samples.ts";
import { regret } from "./readme-vocabulary.ts";

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = text("../README.md");

describe("the readme", () => {
  it("shows the composition that is tested here", () => {
    expect(readme).toContain(text("readme-composition.ts").replace("../src/index.ts", "@tokenwise/kit"));
  });

  it("shows an on-policy source as it is type-checked here", () => {
    expect(readme).toContain(text("readme-on-policy.ts").replace("../src/index.ts", "@tokenwise/kit"));
    expect(onPolicy(kit.dpo()).source?.groupSize).toBe(8);
  });

  it("shows a reduction that is tested here: 0 for the most probable token, else how much less probable the one that follows is", () => {
    expect(readme).toContain(text("readme-vocabulary.ts").replace("../src/index.ts", "@tokenwise/kit"));
    const logits = kit.tf.log(
      kit.tf.tensor2d([
        [6, 3, 1],
        [6, 3, 1],
      ]),
    );
    const given = {
      ids: kit.tf.tensor1d([0, 2], "int32"),
      logits: () => logits,
      logProbs: () => kit.tf.logSoftmax(logits),
    };
    const [best, other] = regret.define.reduce(given, null as never).dataSync();
    expect([best, other]).toEqual([0, expect.closeTo(-Math.log(6), 5)]);
  });

  it("shows a prompt weighter that is tested here: ω of pairs with rewards 3 and 1, and 0 and 0.5", () => {
    expect(readme).toContain(text("readme-emphasis.ts").replace("../src/index.ts", "@tokenwise/kit"));
    const view = testView({ read: { rewards: kit.tf.tensor2d([3, 1, 0, 0.5], [2, 2]) } });
    expect(clearPairs.emphasis?.emphasize(view).weight.dataSync()).toEqual(new Float32Array([2, 0.5]));
  });

  it("shows the plugin that is tested here", () => {
    expect(readme).toContain(text("readme-plugin.ts").replace("../src/index.ts", "@tokenwise/kit"));
    expect(relative.provides.map(({ id }) => id)).toEqual(["relative-dpo", "relative-beta"]);
  });

  it("shows the loss over samples that is tested here: minus the sums of the samples' log-ratios", () => {
    expect(readme).toContain(text("readme-samples.ts").replace("../src/index.ts", "@tokenwise/kit"));
    const { batch } = testView({ read: {} });
    const ratio = kit.tf.mul(0.5, kit.tf.onesLike(batch.responseMask));
    const tokens = batch.responseMask.dataSync<"float32">().reduce((sum, here) => sum + here, 0);
    const view = { ...testView({ read: {} }), sample: { own: { batch, read: { ratio } } } };
    expect(stay.sum(view, undefined as never).dataSync()[0]).toBeCloseTo(-0.5 * tokens, 5);
  });

  it("has a plugin whose state follows the gap: 0.9 · 0 + 0.1 · 2, and whose β is e times as large where the gap is 1", () => {
    const part = relativeBeta({ beta: 0.5 });
    const ratio = kit.tf.tensor2d([1, 0], [1, 2]);
    const { beta } = part.control({ ...testView({ read: { ratio } }), state: { mean: 0 } });
    expect((beta as kit.PerPrompt).dataSync()[0]).toBeCloseTo(0.5 * Math.E, 6);
    const statistics = { mean: 2, standardDeviation: 0, count: 1 };
    expect(part.state?.update({ mean: 0 }, { step: 1, signal: { gap: statistics } })).toEqual({
      mean: expect.closeTo(0.2, 12) as number,
    });
  });

  it("composes a method that runs: β of a pair with rewards 3 and 1 is 0.05 · (1 + 2)", () => {
    const rewards = kit.tf.tensor2d([3, 1, 0, 0], [2, 2]);
    const { beta } = gapDpo.beta.control(testView({ read: { rewards } }));
    expect((beta as kit.PerPrompt).dataSync()).toEqual(new Float32Array([0.15, 0.05]));
  });

  it("names only what the package exports", () => {
    const named = [...readme.matchAll(/`([a-z]+[A-Z]?[A-Za-z]*)[(`]/g)].map(([, name]) => name!);
    const words = [
      "needs",
      "state",
      "parameters",
      "samples",
      "requires",
      "options",
      "metrics",
      "warn",
      "undefined",
      "null",
      "train",
    ];
    const calls = [
      "weigh",
      "score",
      "control",
      "targets",
      "emphasize",
      "loss",
      "sum",
      "count",
      "beta",
      "emphasis",
      "auxiliaries",
      "anchor",
      "keep",
      "observe",
      "name",
      "next",
    ];
    const fields = ["reward", "read", "batch", "prompts", "preferred", "training", "seed", "weight", "source", "init"];
    const ofSamples = ["generate", "maxNewTokens", "temperature", "topK", "topP", "every"];
    const ofGradients = ["response", "sequenceTotal"];
    const ofReductions = ["reduce", "closedForm", "models", "rows"];
    const masks = ["responseMask", "contentMask", "candidateMask"];
    const inBatch = ["groupSize", "places", "responseIds", "promptLengths", ...masks];
    const unknown = named.filter(
      (name) =>
        !(name in kit) &&
        ![...words, ...calls, ...fields, ...inBatch, ...ofSamples, ...ofGradients, ...ofReductions].includes(name),
    );
    expect(unknown).toEqual([]);
    expect(named.length).toBeGreaterThan(30);
  });
});
