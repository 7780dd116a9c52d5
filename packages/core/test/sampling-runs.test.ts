/** Runs that sample, and what the planner makes of samples. */
import { readdir, readFile } from "node:fs/promises";
import { auxiliaryLoss, betaController, column, dpo, tf, tokenLogProb, weighter, type Method } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { describeDataset, evaluate, planMethod, train, type Run, type TrainOptions } from "../src/index.ts";
import { limits, tinyPairs } from "./sessions.ts";
import { drawn, staying } from "./staying.ts";
import { tinyFolder, type TinyFolder } from "./tiny-folder.ts";

const code = (value: string) => expect.objectContaining({ code: value }) as Error;

beforeAll(() => useBackend(inject("engine")));

describe("samples in train()", () => {
  let folder: TinyFolder;
  beforeAll(async () => {
    folder = await tinyFolder();
  });
  afterAll(() => folder.remove());

  it.each([1, 3])(
    "a run that is resumed has the bits of one never stopped; drawn anew every %s steps",
    async (every) => {
      const run = (more: Partial<TrainOptions>): Promise<Run> =>
        train({
          model: folder.model,
          data: folder.pairs,
          method: staying({ every }),
          steps: 5,
          batchSize: 4,
          learningRate: 0.01,
          seed: 3,
          backend: inject("engine"),
          checkpointEvery: 1,
          ...more,
        });
      const [straight, stopped] = [folder.path(`straight-${every}`), folder.path(`stopped-${every}`)];
      const whole = await run({ output: straight });
      const abort = new AbortController();
      await run({ output: stopped, signal: abort.signal, onEvent: (event) => event.type === "step" && event.step === 3 && abort.abort() }); // prettier-ignore
      const rest = await run({ output: stopped, resume: true });
      expect(rest.history.map(({ step }) => step)).toEqual([4, 5]);
      expect(rest.history).toEqual(whole.history.slice(3));
      const weights = (at: string) => readFile(`${at}/model.safetensors`);
      expect(await weights(stopped)).toEqual(await weights(straight));
      expect(await readdir(stopped)).toContain("checkpoint-5");
      rest.model.dispose();
      whole.model.dispose();
    },
  );

  it("another way to sample is another method, which a checkpoint refuses", async () => {
    const output = folder.path("refused");
    const settings = { model: folder.model, data: folder.pairs, output, steps: 1, backend: inject("engine") } as const;
    (await train({ ...settings, method: staying() })).model.dispose();
    const other = train({ ...settings, resume: true, method: staying({ temperature: 0.5 }) });
    await expect(other).rejects.toThrow(code("TW_E_RESUME"));
  });

  it("evaluate() draws them, and needs a reference where they are scored under one", async () => {
    const method: Method = { ...staying(), objectives: [] };
    const options = { model: folder.model, data: folder.pairs, method, backend: inject("engine") } as const;
    await expect(evaluate(options)).rejects.toThrow(code("TW_E_NO_REFERENCE"));
    const { metrics } = await evaluate({ ...options, reference: folder.model });
    expect(metrics["stay/own-tokens"]).toBeGreaterThan(0);
    expect(metrics["stay/loss"]).toBeCloseTo(0, 6);
  });
});

describe("the planner", () => {
  const data = describeDataset(tinyPairs(), limits);

  it("keeps the reference live where samples are scored under it", () => {
    expect(planMethod(dpo(), data).reference).toBe("cached");
    expect(planMethod(staying(), data).reference).toBe("live");
    const unscored = auxiliaryLoss({
      name: "unscored",
      weight: 1,
      samples: { own: { generate: drawn, needs: { logProb: tokenLogProb("policy") } } },
      sum: ({ sample: { own } }) => tf.sum(own.read.logProb),
      count: () => 1,
    });
    expect(planMethod({ ...dpo(), auxiliaries: [unscored] }, data).reference).toBe("cached");
  });

  it.each<[string, string, Method]>([
    [
      "a column of a sample",
      "TW_E_UNSUPPORTED",
      {
        ...dpo(),
        weighter: weighter({
          name: "w",
          samples: { own: { generate: drawn, needs: { w: column("w") } } },
          weigh: () => ({}),
        }),
      },
    ],
    [
      "samples of a part that sees the whole step",
      "TW_E_UNSUPPORTED",
      {
        ...dpo(),
        beta: betaController({
          name: "b",
          coupling: "batch",
          samples: { own: { generate: drawn, needs: {} } },
          control: () => ({ beta: 1 }),
        }),
      },
    ],
    [
      "samples scored by another model",
      "TW_E_UNKNOWN_MODEL",
      {
        ...dpo(),
        weighter: weighter({
          name: "w",
          samples: { own: { generate: drawn, needs: { t: tokenLogProb("teacher") } } },
          weigh: () => ({}),
        }),
      },
    ],
    ["samples for half a step", "TW_E_GENERATION_OPTIONS", staying({ every: 0.5 })],
  ])("refuses %s", (_, expected, method) => {
    expect(() => planMethod(method, data)).toThrow(code(expected));
  });
});
