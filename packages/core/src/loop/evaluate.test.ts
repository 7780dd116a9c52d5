import { writeFile } from "node:fs/promises";
import {
  betaController,
  compose,
  copyEvery,
  dpo,
  implicitReward,
  logistic,
  sft,
  tf,
  type Method,
  rewardTargets,
} from "@tokenwise/kit";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { tinyFolder, type TinyFolder } from "../../test/tiny-folder.ts";
import { evaluate, readsReference, readsRewards } from "./evaluate.ts";
import { train } from "./train.ts";

let folder: TinyFolder;
beforeAll(async () => {
  folder = await tinyFolder();
});
afterAll(() => folder.remove());

const settings = { steps: 4, batchSize: 4, learningRate: 0.01, backend: inject("engine"), seed: 3 } as const;
const code = (value: string): unknown => expect.objectContaining({ code: value });

describe("evaluate, on cpu", () => {
  it("gives the numbers that the run gave at its end, and leaves no tensor", async () => {
    const [data, method, output] = [folder.pairs, dpo(), folder.path("trained")];
    const run = await train({ ...settings, model: folder.model, data, evaluationData: data, method, output });
    run.model.dispose();
    const before = tf.memory().numTensors;
    for (const cacheReference of [true, false]) {
      const options = {
        model: output,
        reference: folder.model,
        data,
        method,
        backend: inject("engine"),
        cacheReference,
      } as const;
      const { metrics, examples } = await evaluate(options);
      expect(examples).toBe(12);
      const last = run.evaluations.at(-1)?.metrics ?? {};
      expect(Object.keys(metrics)).toEqual(Object.keys(last));
      for (const [name, value] of Object.entries(metrics)) expect(value).toBeCloseTo(last[name]!, 5);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it("reads what parts kept between steps, of parts with the same options alone, and the run's batch size", async () => {
    const drifting = (keep: number) =>
      compose({
        beta: betaController({
          name: "drifting",
          options: { keep },
          coupling: "batch",
          state: { signals: [], init: () => 1, update: (beta: number) => beta * keep },
          control: ({ batch, state }) => ({ beta: tf.fill([batch.prompts], state / batch.prompts) }),
        }),
        scorer: implicitReward(),
        loss: logistic(),
      });
    const [data, output] = [folder.pairs, folder.path("drifted")];
    const method = drifting(0.5);
    const run = await train({ ...settings, model: folder.model, data, evaluationData: data, method, output });
    run.model.dispose();
    const given = { reference: folder.model, data, backend: inject("engine"), batchSize: 4 } as const;
    const betaOf = async (model: string, by: Method) => (await evaluate({ ...given, model, method: by })).metrics.beta;
    const last = run.evaluations.at(-1)!.metrics.beta!;
    expect(last).toBeCloseTo(0.5 ** 4 / 4, 6);
    expect(await betaOf(output, method)).toBeCloseTo(last, 6);
    expect(await betaOf(`${output}/checkpoint-4`, method)).toBeCloseTo(last, 6);
    expect(await betaOf(output, drifting(0.9))).toBeCloseTo(1 / 4, 6);
    await writeFile(`${output}/states.json`, "{");
    await expect(betaOf(output, method)).rejects.toEqual(code("TW_E_PARTS"));
  });

  it("says that it compares with the reference that is given, where the run's anchor moved", async () => {
    const given = {
      model: folder.model,
      reference: folder.model,
      data: folder.pairs,
      backend: inject("engine"),
    } as const;
    expect((await evaluate({ ...given, method: { ...dpo(), anchor: copyEvery({ steps: 2 }) } })).remark).toMatch(
      /reference as it is given: .* "copy-every" moved/,
    );
    expect((await evaluate({ ...given, method: dpo() })).remark).toBeUndefined();
  });

  it("refuses a comparison with nothing, and a reference that is not read", async () => {
    const options = { model: folder.model, data: folder.pairs, backend: inject("engine") } as const;
    expect([dpo(), sft()].map(readsReference)).toEqual([true, false]);
    const byRewards = [rewardTargets(), undefined].map((targets) => ({ ...dpo(), ...(targets && { targets }) }));
    expect(byRewards.map(readsRewards)).toEqual([true, false]);
    await expect(evaluate({ ...options, method: dpo() })).rejects.toThrow(code("TW_E_NO_REFERENCE"));
    await expect(evaluate({ ...options, method: sft(), reference: folder.model })).rejects.toThrow(
      code("TW_E_UNUSED_REFERENCE"),
    );
  });
});
