/** The method with a real model, of a few kilobytes. */
import { train } from "@tokenwise/core";
import { tinyFolder, tinyPairs, type TinyFolder } from "@tokenwise/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { partName } from "../src/index.ts";

let folder: TinyFolder;
beforeAll(async () => {
  folder = await tinyFolder();
});
afterAll(() => folder.remove());

it("makes the chosen responses of its pairs more probable beside the rejected ones", async () => {
  const run = await train({
    model: folder.model,
    data: tinyPairs(8),
    method: partName(),
    steps: 10,
    learningRate: 0.01,
  });
  run.model.dispose();
  const margins = run.history.map(({ metrics }) => metrics["rewards/margins"]!);
  expect(margins.at(-1)!).toBeGreaterThan(margins[0]!);
});
