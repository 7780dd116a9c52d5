import { follow, goldenSession, pairExamples, sumDifference } from "@tokenwise-tools/golden-runs";
import { tinyFolder, tinyPairs, type TinyFolder } from "@tokenwise/testkit";
import { annotate, train, type AnnotateOptions, type TrainOptions } from "@tokenwise/core";
import { column, compose, constantBeta, implicitReward, logistic, reverseKl, tf, weighter } from "@tokenwise/kit";
import { loadModel, saveModel, useBackend } from "@tokenwise/model";
import { cp, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tisDpo } from "../src/index.ts";
import file from "./goldens/trained.json" with { type: "json" };

beforeAll(() => useBackend("cpu"));

describe("the authors' five steps of a tiny Llama", () => {
  const given = column("weights");
  it.each(file.cases)("$name: loss, gradient norm, rewards and the trained weights", async ({ weights, ...golden }) => {
    const { steps, final, options } = golden;
    const alpha = options.alpha ?? 0;
    const method = compose({
      weighter: weighter({
        name: "given",
        needs: { given },
        weigh: ({ read }) => ({ reward: read.given, divergence: read.given }),
      }),
      ...tisDpoWithout({ alpha, beta: options.beta }),
    });
    const examples = pairExamples(file.inputs.E1.rows, { weights });
    const { session, policy, dispose } = goldenSession(file.model, method, examples);
    const { loss, gradNorm, metrics } = await follow(session, examples, steps);
    expect(loss).toBeLessThan(1e-5);
    expect(gradNorm).toBeLessThan(1e-4);
    expect(sumDifference(policy.parameters, final)).toBeLessThan(1e-4);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    steps.forEach((step, index) => {
      expect(metrics[index]!["rewards/chosen"]).toBeCloseTo(mean(step.rewardsChosen), 5);
      expect(metrics[index]!["rewards/rejected"]).toBeCloseTo(mean(step.rewardsRejected), 5);
      expect(metrics[index]!["rewards/accuracies"]).toBe(step.rewardAccuracy);
    });
    dispose();
  });
});

/** The method's β, scorer and loss, for weights that are given. */
const tisDpoWithout = ({ alpha, beta }: { readonly alpha: number; readonly beta: number }) => ({
  beta: constantBeta({ beta }),
  scorer: implicitReward({ divergence: -alpha, kl: reverseKl, logged: alpha === 0 ? 0 : -1 }),
  loss: logistic(),
});

describe("on a folder", () => {
  let folder: TinyFolder;
  beforeAll(async () => {
    folder = await tinyFolder();
    await cp(folder.model, folder.path("other"), { recursive: true });
    const model = await loadModel(folder.model);
    for (const variable of model.parameters.values()) tf.tidy(() => variable.assign(tf.mul(variable, 1.3)));
    await saveModel(model, folder.path("other"));
    model.dispose();
  });
  afterAll(() => folder.remove());

  const texts = { positivePrompt: "never loud", negativePrompt: "often dull" };
  const method = tisDpo({ beta: 0.5, ...texts });
  const annotated = (more: Partial<AnnotateOptions> = {}) =>
    annotate({ model: folder.model, data: tinyPairs(8), method, backend: "cpu", ...more });
  const run = (more: Partial<TrainOptions>) =>
    train({
      ...{
        model: folder.model,
        data: tinyPairs(8),
        method,
        steps: 4,
        batchSize: 4,
        learningRate: 0.01,
        backend: "cpu",
      },
      ...more,
    });

  it("is annotated by one model after two texts, and learns the pairs", async () => {
    const { examples, columns } = await annotated();
    expect(columns[0]).toMatchObject({ name: "tis-dpo.log-ratio", computed: 8, known: 0 });
    expect(columns[0]!.max - columns[0]!.min).toBeGreaterThan(0.01);
    const { history, model } = await run({ data: examples, steps: 12 });
    expect(history.at(-1)!.metrics.loss).toBeLessThan(history[0]!.metrics.loss!);
    expect(history[0]!.metrics["importance-weights/mean"]).toBeGreaterThan(0);
    model.dispose();
  });

  it("is annotated by two models, with texts before the prompt or without", async () => {
    const models = { positive: folder.path("other") };
    const bare = tisDpo({ positivePrompt: "", negativePrompt: "" });
    const [plain, prompted] = [await annotated({ models, method: bare }), await annotated({ models })];
    expect(plain.columns[0]!.mean).not.toBeCloseTo(prompted.columns[0]!.mean, 3);
    const exchanged = await annotated({ models: { negative: folder.path("other") }, method: bare });
    expect(exchanged.columns[0]!.mean).toBeCloseTo(-plain.columns[0]!.mean, 5);
  });

  it("refuses to contrast a model with itself after the same text, also by another folder of it", async () => {
    for (const text of ["", "loud"]) {
      const same = tisDpo({ positivePrompt: text, negativePrompt: text });
      for (const models of [{}, { positive: folder.model }])
        await expect(annotated({ method: same, models })).rejects.toMatchObject({ code: "TW_E_NO_CONTRAST" });
    }
  });

  it("refuses models with other tokens", async () => {
    await cp(folder.model, folder.path("words"), { recursive: true });
    const file = folder.path("words/tokenizer.json");
    await writeFile(file, (await readFile(file, "utf8")).replace('"dull"', '"bright"'));
    await expect(annotated({ models: { negative: folder.path("words") } })).rejects.toMatchObject({
      code: "TW_E_ANNOTATION_MODEL",
      message: expect.stringMatching(/the negative model, has other tokens/) as string,
    });
  });

  it("is not trained without a column", async () => {
    await expect(run({})).rejects.toMatchObject({ code: "TW_E_NO_COLUMN" });
  });
});
