import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dpo, sft, forwardKl, implicitReward, sumTokens, tf, type Method } from "@tokenwise/kit";
import {
  auxiliaryLoss,
  betaController,
  compose,
  logistic,
  parameter,
  margin,
  sequenceSum,
  tokenLogProb,
  weighter,
  hiddenStates,
} from "@tokenwise/kit";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { train, type TrainEvent, type TrainOptions } from "../src/index.ts";
import { tinyFolder, type TinyFolder } from "./tiny-folder.ts";

let folder: TinyFolder;
beforeAll(async () => {
  folder = await tinyFolder();
});
afterAll(() => folder.remove());

const code = (value: string) => expect.objectContaining({ code: value }) as Error;
const settings = { steps: 6, batchSize: 4, learningRate: 0.01, backend: inject("engine"), seed: 3 } as const;
const options = (more: Partial<TrainOptions> = {}): TrainOptions => ({
  model: folder.model,
  data: folder.pairs,
  method: dpo(),
  ...settings,
  ...more,
});

/** Everything that a checkpoint has to carry: β with state, a trained weighter, a moving reference. */
const stateful = (): Method => ({
  ...compose({
    weighter: weighter({
      name: "gate",
      needs: { states: hiddenStates("reference", { layers: [1] }) },
      parameters: { mix: parameter({ init: ({ width }, seed) => tf.randomNormal([width], 0, 0.1, "float32", seed) }) },
      weigh: ({ read, parameters }) => ({
        reward: tf.add(1, tf.squeeze(tf.sum(tf.mul(read.states, parameters.mix), 3), [0])),
      }),
    }),
    beta: betaController({
      name: "drift",
      needs: { logp: sequenceSum(tokenLogProb("policy")) },
      state: {
        signals: ["gap"],
        init: (): number => 0.1,
        update: (beta, { signal }) => beta * (1 + 0.01 * Math.tanh(signal.gap.mean)),
      },
      control: ({ state, read }) => ({ beta: state, signal: { gap: margin(read.logp) } }),
    }),
    scorer: implicitReward({ divergence: 0.2 }),
    loss: logistic(),
  }),
  auxiliaries: [
    auxiliaryLoss({
      name: "kl",
      weight: 0.1,
      needs: { kl: forwardKl },
      sum: ({ read, batch }) => tf.sum(sumTokens(read.kl, batch)),
      count: ({ batch }) => tf.sum(batch.responseMask),
    }),
  ],
  anchor: { name: "ema", keep: () => 0.8 },
});

const weights = (file: string) => readFile(file, "hex");

describe("train", () => {
  it("lowers the loss, tells its events in order, and gives a model that generates", async () => {
    const events: TrainEvent[] = [];
    const run = await train(
      options({ steps: 12, evaluationData: folder.pairs, onEvent: (event) => events.push(event) }),
    );
    expect(run.history).toHaveLength(12);
    expect(run.history[0]?.metrics.loss).toBeCloseTo(Math.log(2), 5);
    expect(run.evaluations.map(({ step }) => step)).toEqual([0, 12]);
    expect(run.evaluations[1]?.metrics.loss).toBeLessThan(0.6);
    expect(run.evaluations[1]?.metrics["rewards/accuracies"]).toBeGreaterThan(0.9);
    expect([...new Set(events.map(({ type }) => type))]).toEqual([
      "data",
      "reference",
      "start",
      "evaluate",
      "step",
      "end",
    ]);
    const [text] = run.model.generate(["the film was"], { maxNewTokens: 5, seed: 1 });
    expect(typeof text).toBe("string");
    run.model.dispose();
  });

  it("gives the same numbers with a cached and with a live reference", async () => {
    const cached = await train(options());
    const live = await train(options({ cacheReference: false }));
    cached.history.forEach(({ metrics }, index) =>
      expect(live.history[index]?.metrics.loss).toBeCloseTo(metrics.loss!, 6),
    );
    [cached, live].forEach(({ model }) => model.dispose());
  });

  it("reads the reference of the rows that its steps take, and of those that it shows or evaluates, alone", async () => {
    const rowsOf = async (more: Partial<TrainOptions>): Promise<readonly [number | undefined, number[]]> => {
      let rows: number | undefined;
      const onEvent = (event: TrainEvent) => {
        if (event.type === "reference") rows = event.total;
      };
      const run = await train(options({ batchSize: 2, steps: 2, inspectGroups: 0, onEvent, ...more }));
      run.model.dispose();
      return [rows, run.history.map(({ metrics }) => metrics.loss!)];
    };
    const [all] = await rowsOf({ steps: undefined, epochs: 2 });
    const [few, losses] = await rowsOf({});
    expect(few).toBe(4);
    expect(all).toBeGreaterThan(4);
    expect((await rowsOf({ cacheReference: false }))[1].map((loss) => loss.toFixed(5))).toEqual(losses.map((loss) => loss.toFixed(5))); // prettier-ignore
    const [withShown] = await rowsOf({ inspectGroups: 3 });
    expect(withShown).toBeGreaterThanOrEqual(4);
    expect(withShown).toBeLessThanOrEqual(7);
    expect((await rowsOf({ evaluationData: folder.pairs }))[0]).toBe(all! + 4);
  });

  it("leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const run = await train(options({ method: stateful(), evaluationData: folder.pairs }));
    run.model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ["dpo with a cached reference", () => dpo()],
    ["state, trained weights, an auxiliary loss and a moving reference", stateful],
  ])("%s: an interrupted run resumes to the bits of the run that was never stopped", async (name, method) => {
    const [whole, halted] = [folder.path(`${name}-whole`), folder.path(`${name}-halted`)];
    const evaluationData = folder.pairs;
    const complete = await train(options({ method: method(), output: whole, evaluationData }));
    const controller = new AbortController();
    const onEvent = (event: TrainEvent): void => {
      if (event.type === "step" && event.step === 3) controller.abort();
    };
    const first = await train(
      options({ method: method(), output: halted, evaluationData, signal: controller.signal, onEvent }),
    );
    expect(first.interrupted).toBe(true);
    const second = await train(
      options({ method: method(), output: halted, evaluationData, resume: true, microBatchTokens: 4096 }),
    );
    expect(second.history.map(({ step }) => step)).toEqual([4, 5, 6]);
    expect(second.states).toEqual(complete.states);
    expect(second.history.at(-1)).toEqual(complete.history.at(-1));
    expect(await weights(`${halted}/model.safetensors`)).toBe(await weights(`${whole}/model.safetensors`));
    [complete, first, second].forEach(({ model }) => model.dispose());
  });

  it("keeps the newest checkpoints, removes what was half written, and never shows an incomplete one", async () => {
    const output = folder.path("pruned");
    const run = await train(options({ output, checkpointEvery: 1, keepCheckpoints: 2 }));
    run.model.dispose();
    const names = await readdir(output);
    expect(names.filter((name) => name.includes("checkpoint")).sort()).toEqual(["checkpoint-5", "checkpoint-6"]);
    expect(names).toEqual(expect.arrayContaining(["config.json", "model.safetensors", "tokenizer.json"]));
    expect(await readdir(`${output}/checkpoint-6`)).toEqual(
      expect.arrayContaining(["model.safetensors", "optimizer.safetensors", "trainer.json"]),
    );
  });

  it("refuses to overwrite a run, to resume another one, and a damaged checkpoint", async () => {
    const output = folder.path("guarded");
    (await train(options({ output }))).model.dispose();
    await expect(train(options({ output }))).rejects.toThrow(code("TW_E_OUTPUT_EXISTS"));
    await expect(train(options({ output, resume: true, learningRate: 0.02 }))).rejects.toThrow(
      /other settings: learningRate 0\.01, now 0\.02\n/,
    );
    await expect(train(options({ output, resume: true, method: dpo({ beta: 0.2 }) }))).rejects.toThrow(
      /other method: method\.beta .*, now 0\.2\n/,
    );
    await writeFile(`${output}/checkpoint-6/trainer.json`, "{");
    await expect(train(options({ output, resume: true }))).rejects.toThrow(code("TW_E_CHECKPOINT"));
    await rm(`${output}/checkpoint-6`, { recursive: true });
    await expect(train(options({ output, resume: true }))).rejects.toThrow(/no checkpoint to resume from/);
    await expect(train(options({ output: folder.model, resume: true }))).rejects.toThrow(code("TW_E_OUTPUT_EXISTS"));
  });

  it("trains on completions alone, where a reference would be ignored and is refused", async () => {
    const supervised = { method: sft(), rows: "completions", read: { columns: { completion: "chosen" } } } as const;
    const run = await train(options({ ...supervised, steps: 20 }));
    const [first, last] = [run.history[0], run.history.at(-1)];
    expect(last?.metrics.loss).toBeLessThan(first!.metrics.loss! - 0.5);
    expect(first?.metrics).not.toHaveProperty("rewards/chosen");
    run.model.dispose();
    await expect(train(options({ ...supervised, reference: folder.model }))).rejects.toThrow(
      code("TW_E_UNUSED_REFERENCE"),
    );
  });

  it("refuses unknown settings by their nearest name, and impossible ones", async () => {
    await expect(train(options({ learningrate: 1 } as never))).rejects.toThrow(
      /unknown setting "learningrate", did you mean "learningRate"/,
    );
    await expect(train(options({ batchSize: 0 }))).rejects.toThrow(code("TW_E_SETTINGS"));
    await expect(train(options({ learningRate: 1e-50 }))).rejects.toThrow(/learningRate: 32 bits hold sizes from/);
  });

  it("takes rows in memory, and names a bad one", async () => {
    const rows = [{ prompt: "the film was", chosen: " good", rejected: " bad" }];
    const run = await train(options({ data: rows, steps: 1 }));
    expect(run.steps).toBe(1);
    run.model.dispose();
    await expect(train(options({ data: [...rows, { prompt: "x", chosen: "", rejected: " bad" }] }))).rejects.toThrow(
      /:2: /,
    );
  });
});
