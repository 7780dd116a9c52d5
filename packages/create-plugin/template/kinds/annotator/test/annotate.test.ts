/** The annotator with a real model, of a few kilobytes. */
import { annotate, train } from "@tokenwise/core";
import { compose, constantBeta, implicitReward, logistic } from "@tokenwise/kit";
import { tinyFolder, tinyPairs, type TinyFolder } from "@tokenwise/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { partName } from "../src/index.ts";

const method = compose({
  weighter: partName(),
  beta: constantBeta(),
  scorer: implicitReward(),
  loss: logistic(),
});

let folder: TinyFolder;
beforeAll(async () => {
  folder = await tinyFolder();
});
afterAll(() => folder.remove());

it("gives every response token a surprise of at least 0, and the data can be trained on", async () => {
  const { model } = folder;
  const { examples, columns } = await annotate({ model, models: { judge: model }, data: tinyPairs(4), method });
  expect(columns[0]).toMatchObject({ name: "part-name.surprise", computed: 4 });
  for (const { candidates, columns } of examples)
    candidates.forEach((candidate, index) => {
      const values = columns!["part-name.surprise"]![index]!;
      expect(values).toHaveLength(candidate!.ids.length);
      for (const value of values) expect(value).toBeGreaterThanOrEqual(0);
    });
  const run = await train({ model, data: examples, method, steps: 2, learningRate: 0.01 });
  run.model.dispose();
  expect(run.history).toHaveLength(2);
});

it("is asked for before training, if it has not been run", async () => {
  const training = train({ model: folder.model, data: tinyPairs(4), method, steps: 1, learningRate: 0.01 });
  await expect(training).rejects.toMatchObject({ code: "TW_E_NO_COLUMN" });
});
