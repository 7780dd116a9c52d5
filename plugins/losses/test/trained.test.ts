/** The methods in the trainer: two steps of a tiny model each. */
import { train, type Run, type TrainOptions } from "@tokenwise/core";
import type { Method } from "@tokenwise/kit";
import { tinyFolder, tinyPairs, type TinyFolder } from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import plugin, { aot, bco, betaDpo, odpo, simpo, orpo, cpo, trlDpo } from "../src/index.ts";

let folder: TinyFolder;
beforeAll(async () => {
  folder = await tinyFolder();
});
afterAll(() => folder.remove());

const data = tinyPairs(8).map((row, index) => ({ ...row, chosen_reward: 1 + index, rejected_reward: 0.5 }));
const run = (method: Method, more: Partial<TrainOptions> = {}): Promise<Run> =>
  train({
    model: folder.model,
    data,
    method,
    steps: 2,
    batchSize: 4,
    learningRate: 0.01,
    seed: 1,
    backend: "cpu",
    ...more,
  });
const weightsOf = ({ model }: Run): number[] =>
  [...model.model.parameters.values()].flatMap((tensor) => [...tensor.dataSync<"float32">()]);

describe("in the trainer", () => {
  it.each(plugin.provides.filter(({ kind }) => kind === "method").map(({ id }) => id))(
    "%s trains: finite losses, and a gradient in every step",
    async (id) => {
      const factory = plugin.provides.find((each) => each.id === id)!;
      const { history, model } = await run(factory() as Method);
      history.forEach(({ metrics }) => {
        expect(Number.isFinite(metrics.loss)).toBe(true);
        expect(metrics.grad_norm).toBeGreaterThan(0);
      });
      model.dispose();
    },
  );

  it.each<[string, Method]>([
    ["AOT on margins", aot({ beta: 0.5 })],
    ["AOT on rewards", aot({ beta: 0.5, paired: false, labelSmoothing: 0.1 })],
    ["β-DPO", betaDpo({ beta: 0.5, keep: 0.5 })],
    ["BCO", bco({ beta: 0.5 })],
    ["a sum of a coupled loss and others", trlDpo({ losses: ["aot", "bco_pair", "sft"], weights: [1, 0.5, 0.1] })],
  ])("%s: micro-batches of a pair give the numbers of one batch", async (_, method) => {
    const evaluated = { evaluationData: data };
    const [whole, cut] = [await run(method, evaluated), await run(method, { ...evaluated, microBatchTokens: 1 })];
    whole.evaluations.forEach(({ metrics }, step) =>
      expect(cut.evaluations[step]!.metrics.loss).toBeCloseTo(metrics.loss!, 5),
    );
    whole.history.forEach(({ metrics }, step) => {
      for (const [name, value] of Object.entries(metrics))
        if (name !== "grad_norm") expect(cut.history[step]!.metrics[name], name).toBeCloseTo(value, 4);
      expect(metrics.grad_norm! / cut.history[step]!.metrics.grad_norm!).toBeCloseTo(1, 4);
    });
    const [a, b] = [weightsOf(whole), weightsOf(cut)];
    expect(Math.max(...a.map((value, index) => Math.abs(value - b[index]!)))).toBeLessThan(1e-4);
    [whole, cut].forEach(({ model }) => model.dispose());
  });

  it("states of BCO and β-DPO survive a stop: a resumed run ends as one that was never stopped", async () => {
    for (const method of [bco(), betaDpo({ beta: 0.5, keep: 0.5 })]) {
      const name = method.objectives[0]!.loss.name + method.beta.name;
      const whole = await run(method, { steps: 3, output: folder.path(`${name}-whole`) });
      const stop = new AbortController();
      const output = folder.path(name);
      const onEvent: TrainOptions["onEvent"] = (event) => {
        if (event.type === "step" && event.step === 1) stop.abort();
      };
      const first = await run(method, { steps: 3, output, signal: stop.signal, onEvent });
      expect(first.interrupted).toBe(true);
      const second = await run(method, { steps: 3, output, resume: true });
      expect([...first.history, ...second.history]).toEqual(whole.history);
      expect(second.states).toEqual(whole.states);
      [whole, first, second].forEach(({ model }) => model.dispose());
    }
  });

  it.each([
    ["simpo", simpo()],
    ["orpo", orpo()],
    ["cpo", cpo()],
  ])("%s runs without a reference", async (_, method) => {
    const told: string[] = [];
    const { model } = await run(method, {
      onEvent: (event) => {
        if (event.type === "start") told.push(event.reference);
      },
    });
    expect(told).toEqual(["unused"]);
    model.dispose();
  });

  it("ODPO is refused before the first step where the data have no rewards", async () => {
    await expect(run(odpo(), { data: tinyPairs(4) })).rejects.toMatchObject({ code: "TW_E_NO_REWARDS" });
  });

  it("ODPO names the row whose rewards are against the preference, whatever micro-batch it is in", async () => {
    const data = tinyPairs(6).map((row, index) => ({ ...row, chosen_reward: 1, rejected_reward: index === 4 ? 3 : 0 }));
    for (const microBatchTokens of [1, 4096])
      await expect(run(odpo(), { data, microBatchTokens })).rejects.toMatchObject({
        code: "TW_E_REWARD_ORDER",
        message: expect.stringMatching(/^rows in memory:5: the preferred response is rewarded 2 less/) as string,
      });
  });

  it("losses of pairs are refused for groups", async () => {
    const groups = tinyPairs(4).map((row) => {
      const { prompt, chosen, rejected } = row as Record<string, string>;
      return { prompt, candidates: [chosen, rejected, `${rejected} again`] };
    });
    await expect(run(bco(), { data: groups })).rejects.toMatchObject({ code: "TW_E_NEEDS_PAIRS" });
  });
});
