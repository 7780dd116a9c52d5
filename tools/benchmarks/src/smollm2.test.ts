import { createModel } from "@tokenwise/model";
import { expect, it } from "vitest";
import { smolLM2, stepOperations } from "./smollm2.ts";

it("counts six operations a weight and token, beside attention and the vocabulary", () => {
  const config = { ...smolLM2(3), vocabSize: 10 };
  const model = createModel(config, { seed: 1 });
  const matrices = [...model.parameters].filter(([name, { shape }]) => shape.length === 2 && name.includes("layers"));
  const weights = matrices.reduce((sum, [, { size }]) => sum + size, 0);
  model.dispose();
  const [prompt, response] = [5, 2];
  const visible = 1 + 2 + 3 + 4 + 5 + 2 * (6 + 7);
  const expected = 6 * 9 * weights + 3 * 14 * visible * 576 + 6 * 4 * 10 * 576;
  expect(stepOperations(config, { prompt, response })).toBe(expected);
});
