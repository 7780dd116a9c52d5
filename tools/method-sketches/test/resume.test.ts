import { readFile } from "node:fs/promises";
import { train, type Run, type TrainEvent, type TrainOptions } from "@tokenwise/core";
import type { Method } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { tinyFolder, tinyPairs, type TinyFolder } from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sparsePo } from "../src/index.ts";

let folder: TinyFolder;
beforeAll(async () => {
  await useBackend("cpu");
  folder = await tinyFolder();
});
afterAll(() => folder.remove());

const settings = {
  steps: 3,
  batchSize: 4,
  learningRate: 0.01,
  backend: "cpu",
  seed: 5,
  checkpointEvery: 1,
  keepCheckpoints: 3,
} as const;

interface Case {
  readonly method: () => Method;
  readonly data: readonly object[];
  /** Files of a checkpoint, besides the policy, that training changes. */
  readonly moving: readonly string[];
}
const cases: Readonly<Record<string, Case>> = {
  "SparsePO, a mask for each weight": {
    method: () => sparsePo({ common: false, l1Reward: 0.01, l1Divergence: 0.01 }),
    data: tinyPairs(6),
    moving: ["parts.safetensors"],
  },
};

describe("three steps through train(), on cpu", () => {
  it.each(Object.keys(cases))("%s: resumed after a step, the run has the bits of one never stopped", async (name) => {
    const { method, data, moving } = cases[name]!;
    const [whole, halted] = [folder.path(`${name}-whole`), folder.path(`${name}-halted`)];
    const run = (more: Partial<TrainOptions>): Promise<Run> =>
      train({ model: folder.model, method: method(), data, ...settings, ...more });
    const complete = await run({ output: whole });
    const stop = new AbortController();
    const onEvent = (event: TrainEvent): void => {
      if (event.type === "step") stop.abort();
    };
    const first = await run({ output: halted, signal: stop.signal, onEvent });
    const second = await run({ output: halted, resume: true });
    expect([first.steps, second.steps]).toEqual([1, 3]);
    for (const { metrics } of complete.history)
      for (const [metric, value] of Object.entries(metrics)) expect(value, metric).toSatisfy(Number.isFinite);
    expect([...first.history, ...second.history]).toEqual(complete.history);
    expect(second.states).toEqual(complete.states);
    for (const file of ["model.safetensors", ...moving]) {
      const at = (run: string, step: number) => readFile(`${run}/checkpoint-${step}/${file}`, "hex");
      expect(await at(halted, 3), file).toBe(await at(whole, 3));
      expect(await at(whole, 3), file).not.toBe(await at(whole, 1));
    }
    [complete, first, second].forEach(({ model }) => model.dispose());
  });
});
