import { follow, goldenSession, pairExamples, sumDifference } from "@tokenwise-tools/golden-runs";
import { train, type Run, type TrainEvent, type TrainOptions } from "@tokenwise/core";
import { useBackend } from "@tokenwise/model";
import { tinyFolder, tinyPairs, type TinyFolder } from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { epsilonDpo } from "../src/index.ts";
import file from "./goldens/trained.json" with { type: "json" };

const betaIn = (states: Readonly<Record<string, unknown>>): number =>
  (states["epsilon-beta"] as { readonly beta: number }).beta;

beforeAll(() => useBackend("cpu"));

describe("the authors' five steps of a tiny Llama", () => {
  const { steps, final, options } = file.cases[0]!;
  const examples = pairExamples(file.inputs.E1.rows);
  const session = (microBatchTokens: number) =>
    goldenSession(file.model, epsilonDpo({ beta: options.beta, epsilon: options.epsilon }), examples, {
      microBatchTokens,
    });

  it.each([
    ["in two micro-batches, as theirs", 22],
    ["in one", 4096],
    ["pair by pair", 1],
  ])("%s: loss, gradient norm, β, signals, rewards and the trained weights", async (_, microBatchTokens) => {
    const { session: run, policy, dispose } = session(microBatchTokens);
    const betas = [options.beta];
    const { loss, gradNorm, metrics } = await follow(run, examples, steps, () =>
      betas.push(betaIn(Object.fromEntries(run.states))),
    );
    expect(loss).toBeLessThan(1e-5);
    expect(gradNorm).toBeLessThan(1e-4);
    expect(sumDifference(policy.parameters, final)).toBeLessThan(1e-4);
    steps.forEach((step, index) => {
      const ours = metrics[index]!;
      expect(Math.abs(betas[index]! / step.betaUsed - 1)).toBeLessThan(1e-6);
      expect(Math.abs(betas[index + 1]! / step.betaAfter - 1)).toBeLessThan(1e-6);
      expect(Math.abs(ours["epsilon-beta/beta"]! / step.betaUsed - 1)).toBeLessThan(1e-6);
      expect(ours["epsilon-beta/step"]).toBe(step.meanSignal);
      for (const name of ["rewards/chosen", "rewards/rejected", "rewards/accuracies", "logps/chosen"] as const)
        expect(ours[name], name).toBeCloseTo(step[name], 5);
    });
    dispose();
  });
});

describe("train() on a folder", () => {
  let folder: TinyFolder;
  beforeAll(async () => {
    folder = await tinyFolder();
  });
  afterAll(() => folder.remove());

  const run = (more: Partial<TrainOptions>): Promise<Run> =>
    train({
      model: folder.model,
      data: tinyPairs(8),
      method: epsilonDpo({ beta: 0.1, epsilon: 0.2 }),
      steps: 4,
      batchSize: 4,
      learningRate: 0.01,
      seed: 1,
      backend: "cpu",
      ...more,
    });

  it("evaluation leaves β where training has brought it, and uses it", async () => {
    const evaluationData = tinyPairs(5);
    const [plain, evaluated] = [await run({}), await run({ evaluationData, evaluateEvery: 1 })];
    expect(evaluated.evaluations.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
    expect(evaluated.history).toEqual(plain.history);
    expect(evaluated.states).toEqual(plain.states);
    const used = (metrics: Readonly<Record<string, number>>) => metrics["epsilon-beta/beta"];
    evaluated.history.forEach(({ metrics }, index) =>
      expect(used(evaluated.evaluations[index]!.metrics)).toBe(used(metrics)),
    );
    expect(used(evaluated.evaluations[4]!.metrics)).toBeCloseTo(betaIn(evaluated.states), 6);
    expect(betaIn(evaluated.states)).not.toBe(0.1);
    [plain, evaluated].forEach(({ model }) => model.dispose());
  });

  it("a stopped run resumes with its β, and ends with the bits of a run that was never stopped", async () => {
    const whole = await run({ output: folder.path("whole") });
    const stop = new AbortController();
    const onEvent = (event: TrainEvent): void => {
      if (event.type === "step" && event.step === 3) stop.abort();
    };
    const output = folder.path("stopped");
    const first = await run({ output, signal: stop.signal, onEvent });
    expect(first.interrupted).toBe(true);
    expect(betaIn(first.states)).not.toBe(0.1);
    const second = await run({ output, resume: true });
    expect([...first.history, ...second.history]).toEqual(whole.history);
    expect(betaIn(second.states)).toBe(betaIn(whole.states));
    [whole, first, second].forEach(({ model }) => model.dispose());
  });

  it("a run with another ε does not resume", async () => {
    const output = folder.path("other");
    (await run({ output, steps: 1 })).model.dispose();
    const other = epsilonDpo({ beta: 0.1, epsilon: 0.3 });
    await expect(run({ output, steps: 1, resume: true, method: other })).rejects.toThrow(/other method/);
  });
});
