import { dpo, sft, tf } from "@tokenwise/kit";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { tinyFolder, type TinyFolder } from "../../test/tiny-folder.ts";
import { evaluate, readsReference } from "./evaluate.ts";
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

  it("refuses a comparison with nothing, and a reference that is not read", async () => {
    const options = { model: folder.model, data: folder.pairs, backend: inject("engine") } as const;
    expect([dpo(), sft()].map(readsReference)).toEqual([true, false]);
    await expect(evaluate({ ...options, method: dpo() })).rejects.toThrow(code("TW_E_NO_REFERENCE"));
    await expect(evaluate({ ...options, method: sft(), reference: folder.model })).rejects.toThrow(
      code("TW_E_UNUSED_REFERENCE"),
    );
  });
});
