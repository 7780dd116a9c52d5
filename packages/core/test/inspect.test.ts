import {
  column,
  compose,
  constantBeta,
  dpo,
  implicitReward,
  listwise,
  logistic,
  margin,
  promptWeighter,
  rewards,
  sft,
  weighter,
} from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { evaluate, inspect, loadLanguageModel, train, type TrainEvent } from "../src/index.ts";
import { tinyFolder, type TinyFolder } from "./tiny-folder.ts";

let folder: TinyFolder;
beforeAll(async () => {
  await useBackend(inject("engine"));
  folder = await tinyFolder();
});
afterAll(() => folder.remove());

/** Another model than the reference, so that log-ratios are not 0. */
async function moved() {
  const language = await loadLanguageModel(folder.model);
  await train({
    model: language,
    data: folder.pairs,
    method: dpo(),
    steps: 2,
    learningRate: 0.05,
    backend: inject("engine"),
  });
  return language;
}

const weighed = compose({
  weighter: weighter({
    name: "by-column",
    needs: { w: column("w") },
    weigh: ({ read }) => ({ reward: read.w }),
  }),
  beta: constantBeta({ beta: 0.3 }),
  scorer: implicitReward(),
  loss: logistic(),
});

/** The same with numbers to five digits: in another batch the order of additions may differ. */
function nearly(value: unknown): unknown {
  if (typeof value === "number") return expect.closeTo(value, 5);
  if (Array.isArray(value)) return value.map(nearly);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, nearly(inner)]));
}

describe("inspect", () => {
  it("gives weights and log-ratios whose products sum to the score, and losses whose mean is that of evaluate", async () => {
    const policy = await moved();
    const options = {
      model: policy,
      reference: folder.model,
      data: [
        {
          prompt: "a b",
          chosen: " c d",
          rejected: " e",
          w: [
            [2, 0.5, 1],
            [3, 1],
          ],
        },
        {
          prompt: "a",
          chosen: " b",
          rejected: " a c",
          w: [
            [1, 1],
            [0, 2, 1],
          ],
        },
      ],
      read: { columns: { values: { w: "w" } } },
      method: weighed,
    };
    const { groups } = await inspect(options);
    const { metrics } = await evaluate(options);
    for (const { candidates, beta } of groups)
      for (const candidate of candidates) {
        const sum = candidate!.tokens.reduce((total, { weight, ratio }) => total + weight * ratio!, 0);
        expect(candidate!.score).toBeCloseTo(sum, 5);
        expect(candidate!.reward).toBeCloseTo(beta * sum, 5);
      }
    expect(groups.map(({ candidates }) => candidates.map((one) => one!.tokens.map(({ weight }) => weight)))).toEqual([
      [
        [2, 0.5, 1],
        [3, 1],
      ],
      [
        [1, 1],
        [0, 2, 1],
      ],
    ]);
    expect(groups.reduce((sum, { loss }) => sum + loss, 0) / 2).toBeCloseTo(metrics.loss!, 5);
    expect(groups.flatMap(({ candidates }) => candidates.map((one) => one!.target))).toEqual([1, 0, 1, 0]);
    policy.dispose();
  });

  it("gives the loss and the weight of a prompt apart: evaluate has their product", async () => {
    const method = compose({
      beta: constantBeta(),
      emphasis: promptWeighter({
        name: "gap",
        needs: { rewards },
        emphasize: ({ read }) => ({ weight: margin(read.rewards) }),
      }),
      scorer: implicitReward(),
      loss: logistic(),
    });
    const row = { prompt: "a", chosen: " b", rejected: " a c", rejected_reward: 0 };
    const data = [0, 3].map((gap) => ({ ...row, chosen_reward: gap }));
    const options = { model: folder.model, reference: folder.model, data, method };
    const { groups } = await inspect(options);
    expect(groups.map(({ emphasis }) => emphasis)).toEqual([0, 3]);
    for (const { loss } of groups) expect(loss).toBeCloseTo(Math.LN2, 5);
    expect((await evaluate(options)).metrics.loss).toBeCloseTo(1.5 * Math.LN2, 5);
  });

  it("names tokens by the text that they add: together they are the response", async () => {
    const language = await loadLanguageModel(folder.model);
    const { groups } = await inspect({
      model: folder.model,
      reference: folder.model,
      data: folder.pairs,
      method: dpo(),
      count: 1,
    });
    const { tokens } = groups[0]!.candidates[0]!;
    expect(tokens.map(({ text }) => text).join("")).toBe(language.tokenizer.decode(tokens.map(({ id }) => id)));
    expect(tokens.filter(({ content }) => !content)).toHaveLength(1);
    language.dispose();
  });

  it("takes the rows that it is asked for, and says how many there are", async () => {
    const options = { model: folder.model, reference: folder.model, data: folder.pairs, method: dpo() };
    const [all, some] = [await inspect(options), await inspect({ ...options, row: 2, count: 2 })];
    expect(some.groups).toEqual(nearly(all.groups.slice(1, 3)));
    await expect(inspect({ ...options, row: 1000 })).rejects.toMatchObject({ code: "TW_E_NO_ROW" });
  });

  it("gives null for a missing candidate, and no log-ratio where the method reads no reference", async () => {
    const data = [{ prompt: "a", candidates: [" b", null, " c d"], rewards: [1, 0, 0] }];
    const method = compose({ beta: constantBeta(), scorer: implicitReward(), loss: listwise() });
    const { groups } = await inspect({ model: folder.model, reference: folder.model, data, method });
    expect(groups[0]!.candidates.map((candidate) => candidate === null)).toEqual([false, true, false]);
    const supervised = await inspect({ model: folder.model, data: folder.pairs, method: sft(), count: 1 });
    expect(supervised.plan.reference).toBe("unused");
    expect(supervised.groups[0]!.candidates[0]!.tokens[0]!.ratio).toBeUndefined();
  });
});

describe("a run that is asked to show itself, on cpu", () => {
  it("samples no further than the model's positions reach", async () => {
    const options = { model: folder.model, data: folder.pairs, method: dpo(), steps: 1, learningRate: 0 };
    const run = await train({ ...options, samplePrompts: 2, sampleTokens: 100_000 });
    expect(run.steps).toBe(1);
    run.model.dispose();
  });

  it("tells samples and tokens before the first and after the last step, and trains to the same bits", async () => {
    const events: TrainEvent[] = [];
    const options = { model: folder.model, data: folder.pairs, method: dpo(), steps: 2, learningRate: 0.01 };
    const shown = await train({
      ...options,
      ...{ samplePrompts: 2, sampleTokens: 3, inspectGroups: 2 },
      onEvent: (event) => events.push(event),
    });
    const silent = await train(options);
    expect(shown.history).toEqual(silent.history);
    const told = events.filter((event) => event.type === "samples" || event.type === "tokens");
    expect(told.map(({ type, step }) => `${type} ${step}`)).toEqual(["samples 0", "tokens 0", "samples 2", "tokens 2"]);
    const [samples, tokens] = told;
    expect(samples?.type === "samples" && samples.samples).toHaveLength(2);
    expect(tokens?.type === "tokens" && tokens.groups.map(({ source }) => source.line)).toEqual([1, 2]);
    shown.model.dispose();
    silent.model.dispose();
  });
});
