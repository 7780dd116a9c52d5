import { follow, goldenSession, pairExamples, sumDifference } from "@tokenwise-tools/golden-runs";
import { train, type Run, type TrainEvent, type TrainOptions } from "@tokenwise/core";
import { useBackend } from "@tokenwise/model";
import { tinyFolder, tinyPairs, type TinyFolder } from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { tdpo, type Options } from "../src/index.ts";
import file from "./goldens/trained.json" with { type: "json" };

interface Case {
  readonly name: string;
  readonly options: { readonly variant: "tdpo1" | "tdpo2"; readonly beta: number; readonly alpha: number };
  readonly steps: readonly {
    readonly loss: number;
    readonly gradNorm: number;
    readonly rewardsChosen: readonly number[];
    readonly rewardsRejected: readonly number[];
    readonly rewardAccuracy: number;
    readonly klChosen: readonly number[];
    readonly klRejected: readonly number[];
    readonly policyLogProbChosen: readonly number[];
  }[];
  readonly final: Readonly<Record<string, readonly number[]>>;
}
const cases = file.cases as unknown as readonly Case[];
const examples = pairExamples(file.inputs.E1.rows);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const methodOf = ({ variant, beta, alpha }: Case["options"]) =>
  tdpo({ variant, beta, ...(variant === "tdpo2" && { alpha }) });

afterAll(() => useBackend("cpu")); // for the files after this one, in the same process

describe.each(inject("backends"))("the authors' five steps of a tiny Llama, on %s", (backend) => {
  const share = backend === "cpu" ? 1 : 10;
  beforeAll(() => useBackend(backend));

  it.each(cases.flatMap((each) => [4096, 12].map((microBatchTokens) => ({ ...each, microBatchTokens }))))(
    "$name in micro-batches of $microBatchTokens tokens: loss, gradient norm, rewards, divergences, the trained weights",
    async ({ options, steps, final, microBatchTokens }) => {
      const golden = goldenSession(file.model, methodOf(options), examples, { microBatchTokens });
      const { loss, gradNorm, metrics } = await follow(golden.session, examples, steps);
      expect(loss).toBeLessThan(share * 1e-5);
      expect(gradNorm).toBeLessThan(1e-4);
      expect(sumDifference(golden.policy.parameters, final)).toBeLessThan(1e-4);
      steps.forEach((step, index) => {
        const ours = metrics[index]!;
        const theirs = {
          "rewards/chosen": mean(step.rewardsChosen),
          "rewards/rejected": mean(step.rewardsRejected),
          "rewards/accuracies": step.rewardAccuracy,
          "logps/chosen": mean(step.policyLogProbChosen),
          "tdpo-score/kl-chosen": mean(step.klChosen),
          "tdpo-score/kl-rejected": mean(step.klRejected),
          "tdpo-score/kl-margin": mean(step.klRejected) - mean(step.klChosen),
        };
        for (const [name, value] of Object.entries(theirs)) expect(ours[name], name).toBeCloseTo(value, 4);
      });
      golden.dispose();
    },
  );
});

describe("train() on a folder", () => {
  let folder: TinyFolder;
  beforeAll(async () => {
    folder = await tinyFolder();
  });
  afterAll(() => folder.remove());

  const run = (options: Options, more: Partial<TrainOptions> = {}): Promise<Run> =>
    train({
      model: folder.model,
      data: tinyPairs(8),
      method: tdpo(options),
      steps: 4,
      batchSize: 4,
      learningRate: 0.01,
      seed: 1,
      backend: "cpu",
      ...more,
    });

  it("begins at the reference, where nothing diverges, and logs how far each side has gone since", async () => {
    const { history, model } = await run({});
    const at = (step: number, name: string) => history[step]!.metrics[`tdpo-score/${name}`]!;
    expect(history[0]!.metrics.loss).toBeCloseTo(Math.LN2, 5);
    for (const name of ["kl-chosen", "kl-rejected"]) {
      expect(at(0, name)).toBeCloseTo(0, 5);
      expect(at(3, name)).toBeGreaterThan(1e-4);
    }
    expect(at(3, "kl-margin")).toBeCloseTo(at(3, "kl-rejected") - at(3, "kl-chosen"), 6);
    model.dispose();
  });

  it("a stopped run resumes, and ends with the numbers of a run that was never stopped", async () => {
    const whole = await run({}, { output: folder.path("whole") });
    const stop = new AbortController();
    const onEvent = (event: TrainEvent): void => {
      if (event.type === "step" && event.step === 2) stop.abort();
    };
    const output = folder.path("stopped");
    const first = await run({}, { output, signal: stop.signal, onEvent });
    expect(first.interrupted).toBe(true);
    const second = await run({}, { output, resume: true });
    expect([...first.history, ...second.history]).toEqual(whole.history);
    [whole, first, second].forEach(({ model }) => model.dispose());
  });

  it("a run of TDPO-1 does not resume as one of TDPO-2", async () => {
    const output = folder.path("other");
    (await run({ variant: "tdpo1" }, { output, steps: 1 })).model.dispose();
    await expect(run({}, { output, steps: 1, resume: true })).rejects.toThrow(/other method/);
  });
});
