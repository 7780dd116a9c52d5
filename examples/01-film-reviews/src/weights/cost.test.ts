import { loadLanguageModel, type LanguageModel } from "@tokenwise/core";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { referenceFolder } from "../demo/samples.ts";
import { flopsOf, forwardFlops } from "./cost.ts";

let reference: LanguageModel;
beforeAll(async () => {
  await useBackend("cpu");
  reference = await loadLanguageModel(referenceFolder);
});
afterAll(() => reference.dispose());

const pair = { prompt: "it is", chosen: " good.", rejected: " bad." };

describe("floating-point operations", () => {
  it("of a token are two for each number in the model's matrices, which are all of its parameters but the norms", () => {
    const matrices = [...reference.model.parameters.values()].filter(({ shape }) => shape.length === 2);
    const numbers = matrices.reduce((sum, { size }) => sum + size, 0);
    expect(forwardFlops(reference.model.config, 0)).toBe(2 * numbers);
    // Scores and values: each 2 · 64 for every token before, in two layers.
    expect(forwardFlops(reference.model.config, 10) - 2 * numbers).toBe(2 * 2 * 2 * 64 * 10);
  });

  it("of an effort are of its passes over four tokens each, and of the training of its models", () => {
    const response = 4 * forwardFlops(reference.model.config, 2);
    const of = (effort: Parameters<typeof flopsOf>[0], models = 0) =>
      flopsOf(effort, reference, { pairs: [pair, pair], seen: 10, models });
    expect(of({})).toBe(0);
    expect(of({ forward: 2 })).toBeCloseTo(8 * response, 6);
    expect(of({ forward: 1, backward: 1 })).toBeCloseTo(8 * response, 6);
    expect(of({ trained: "sft" }, 2)).toBeCloseTo(2 * 10 * 3 * response, 6);
    expect(of({ trained: "dpo", forward: 2 }, 2)).toBeCloseTo((2 * 10 * 8 + 8) * response, 6);
  });
});
