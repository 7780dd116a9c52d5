import { expect, it } from "vitest";
import { evaluate } from "./evaluate.ts";
import { worldNamed } from "./worlds.ts";

const scope = worldNamed("scope");
const prompt = "the film opens in a small village and";

it("averages rewards over the samples of a prompt, then over prompts", () => {
  const { reward, grammatical, length } = evaluate(
    [
      { prompt, completions: ["the plot is good. the acting is good.", "the plot is bad. the acting is bad."] },
      { prompt, completions: ["the plot is good. the acting is good."] },
    ],
    scope,
  );
  expect(reward.mean).toBeCloseTo(0.3, 12);
  expect(reward.high - reward.mean).toBeCloseTo((12.7062 * 0.6) / 2, 3);
  expect(grammatical).toBe(1);
  expect(length).toBe(10);
});

it("counts a broken sample as not grammatical", () => {
  const { grammatical } = evaluate(
    [
      { prompt, completions: ["the plot is good. the acting is good."] },
      { prompt, completions: ["the plot the plot."] },
    ],
    scope,
  );
  expect(grammatical).toBe(0.5);
});

it("refuses a prompt without samples", () => {
  expect(() => evaluate([{ prompt, completions: [] }], scope)).toThrow(RangeError);
});
