import { evaluate, inspect, loadLanguageModel, train, type TrainOptions } from "@tokenwise/core";
import { tinyFolder, tinyPairs, type TinyFolder } from "@tokenwise/testkit";
import { useBackend } from "@tokenwise/model";
import { cp } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sparsePo } from "../src/index.ts";

let folder: TinyFolder;
const data = tinyPairs(6);
const method = sparsePo({ init: "positive" });
beforeAll(async () => {
  await useBackend("cpu");
  folder = await tinyFolder();
});
afterAll(() => folder.remove());

const run = (more: Partial<TrainOptions> = {}) =>
  train({ model: folder.model, data, method, steps: 3, batchSize: 6, learningRate: 0.05, backend: "cpu", ...more });

it("the trained masks lie beside the trained model, and are those that it is looked at and measured with", async () => {
  const output = folder.path("run");
  const shown: number[][] = [];
  const weights = (groups: Awaited<ReturnType<typeof inspect>>["groups"]) =>
    groups.flatMap(({ candidates }) => candidates.flatMap((each) => each!.tokens.map(({ weight }) => weight)));
  const { model, evaluations } = await run({
    output,
    evaluationData: data,
    inspectGroups: 6,
    onEvent(event) {
      if (event.type === "tokens") shown.push(weights(event.groups));
    },
  });
  model.dispose();
  expect((await loadLanguageModel(output)).parts).toBe(`${output}/parts.safetensors`);
  const options = { model: output, reference: folder.model, data, method };
  const [before, after] = shown;
  expect(weights((await inspect(options)).groups)).toEqual(after);
  expect(after).not.toEqual(before);
  const { metrics } = await evaluate(options);
  for (const [name, value] of Object.entries(evaluations.at(-1)!.metrics))
    expect(metrics[name], name).toBeCloseTo(value, 5);
});

it("another run can begin with them", async () => {
  const first: number[] = [];
  for (const parts of [undefined, folder.path("run/parts.safetensors")]) {
    const { model, history } = await run({
      ...(parts !== undefined && { parts }),
      steps: 1,
      model: folder.path("run"),
      reference: folder.model,
    });
    first.push(history[0]!.metrics.loss!);
    model.dispose();
  }
  expect(first[0]).not.toBe(first[1]);
  const { metrics } = await evaluate({ model: folder.path("run"), reference: folder.model, data, method });
  expect(first[1]).toBeCloseTo(metrics.loss!, 5);
});

it("a resumed run that began with others, or with none, is refused; with its own it goes on", async () => {
  const begun = { model: folder.path("run"), reference: folder.model, output: folder.path("begun") };
  const parts = folder.path("run/parts.safetensors");
  const whole = await run({ ...begun, parts, steps: 2, output: folder.path("whole") });
  const abort = new AbortController();
  const onEvent: TrainOptions["onEvent"] = ({ type }) => type === "step" && abort.abort();
  const first = await run({ ...begun, parts, steps: 2, signal: abort.signal, onEvent });
  for (const others of [{}, { parts: folder.path("begun/checkpoint-1/parts.safetensors") }])
    await expect(run({ ...begun, ...others, steps: 2, resume: true })).rejects.toMatchObject({
      code: "TW_E_RESUME",
      message: expect.stringMatching(/belongs to a run with other parts$/m) as string,
    });
  const rest = await run({ ...begun, parts, steps: 2, resume: true });
  expect(rest.history).toEqual(whole.history.slice(1));
  for (const { model } of [whole, first, rest]) model.dispose();
});

it("a file that is not there is refused by its name", async () => {
  await expect(run({ parts: folder.path("none.safetensors") })).rejects.toMatchObject({
    code: "TW_E_PARTS",
    message: expect.stringContaining("none.safetensors cannot be read") as string,
  });
});

it("masks of another method, and none where there are some to be, are refused", async () => {
  const code = (value: string) => expect.objectContaining({ code: value }) as Error;
  const options = { reference: folder.model, data };
  const other = { ...options, model: folder.path("run"), method: sparsePo({ masks: "independent" }) };
  await expect(inspect(other)).rejects.toThrow(code("TW_E_PARTS"));
  await expect(evaluate({ ...options, model: folder.model, method })).rejects.toThrow(code("TW_E_UNSUPPORTED"));
  const bare = folder.path("bare");
  await cp(folder.model, bare, { recursive: true });
  expect((await inspect({ ...options, model: bare, method, count: 1 })).groups).toHaveLength(1); // as before training
});
