/** The authors' five steps of a tiny Llama: attributions, weights and triplets come of the trained model itself. */
import { follow, goldenSession, pairExamples, sumDifference } from "@tokenwise-tools/golden-runs";
import { train, type Run, type TrainEvent, type TrainOptions } from "@tokenwise/core";
import { useBackend, type generate } from "@tokenwise/model";
import { tinyFolder, tinyPairs, type TinyFolder } from "@tokenwise/testkit";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { tiDpo, type Options } from "../src/index.ts";
import file from "./goldens/trained.json" with { type: "json" };

const [golden] = file.cases;
const { steps, final, anchors, options } = golden!;
const examples = pairExamples(file.inputs.E1.rows);
const method = tiDpo({
  beta: options.beta,
  alpha: options.alpha,
  gamma: options.gamma,
  margin: options.alpha_triplet,
  lambda: options.lambda_importance,
  priorDivisor: options.prior_sigma_div,
});

/** The anchors of the file in place of those that the policy would give. */
const given: typeof generate = (_, prompts) =>
  prompts.map((prompt) =>
    Int32Array.from(anchors[examples.findIndex((row) => String(row.prompt) === String(prompt))]!),
  );

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each(inject("backends"))("on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([
    ["in one micro-batch", 4096],
    ["in micro-batches of a pair or two", 24],
  ])("%s: loss, gradient norm, rewards, triplet loss and the trained weights are the authors'", async (_, tokens) => {
    const sampling = { generate: given, stopTokens: [2] };
    const overrides = { microBatchTokens: tokens };
    const { session, policy, dispose } = goldenSession(file.model, method, examples, overrides, { sampling });
    const { loss, gradNorm, metrics } = await follow(session, examples, steps);
    expect(loss).toBeLessThan(1e-5);
    expect(gradNorm).toBeLessThan(1e-4);
    expect(sumDifference(policy.parameters, final)).toBeLessThan(1e-4);
    steps.forEach((step, index) => {
      const ours = metrics[index]!;
      expect(ours["rewards/chosen"]).toBeCloseTo(mean(step.rewardsChosen), 5);
      expect(ours["rewards/rejected"]).toBeCloseTo(mean(step.rewardsRejected), 5);
      expect(ours["rewards/accuracies"]).toBe(step.rewardAccuracy);
      expect(ours["triplet/loss"]).toBeCloseTo(step.tripletLoss, 5);
      expect(ours["triplet/anchor-tokens"]).toBeCloseTo(mean(anchors.map(({ length }) => length)), 6);
    });
    dispose();
  });
});

describe("train() on a folder", () => {
  let folder: TinyFolder;
  beforeAll(async () => {
    await useBackend("cpu");
    folder = await tinyFolder();
  });
  afterAll(() => folder.remove());

  const run = (options: Options, more: Partial<TrainOptions> = {}): Promise<Run> =>
    train({
      model: folder.model,
      data: tinyPairs(8),
      method: tiDpo({ lambda: 0.7, gamma: 0.5, margin: 0.2, ...options }),
      steps: 4,
      batchSize: 4,
      learningRate: 0.01,
      backend: "cpu",
      checkpointEvery: 1,
      ...more,
    });

  it.each([1, 3])(
    "resumed, has the bits of a run never stopped; anchors drawn anew every %s steps",
    async (anchorEvery) => {
      const [straight, stopped] = [folder.path(`straight-${anchorEvery}`), folder.path(`stopped-${anchorEvery}`)];
      const whole = await run({ anchorEvery }, { output: straight });
      const stop = new AbortController();
      const onEvent = (event: TrainEvent): void => {
        if (event.type === "step" && event.step === 2) stop.abort();
      };
      const first = await run({ anchorEvery }, { output: stopped, signal: stop.signal, onEvent });
      const second = await run({ anchorEvery }, { output: stopped, resume: true });
      expect([...first.history, ...second.history]).toEqual(whole.history);
      expect(await readFile(`${stopped}/model.safetensors`)).toEqual(await readFile(`${straight}/model.safetensors`));
      expect(whole.history.at(-1)!.metrics["triplet/loss"]).toBeGreaterThan(0);
      [whole, first, second].forEach(({ model }) => model.dispose());
    },
  );
});
