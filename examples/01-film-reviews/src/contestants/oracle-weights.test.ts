import { describe, expect, it } from "vitest";
import { split } from "../world/text.ts";
import { additive, delayed, scope } from "../world/truths.ts";
import { asWeights, wordInfluences } from "./oracle-weights.ts";

const prompt = "the film opens in a small village and";
/** By word, where a word moves the reward. */
const moving = (completion: string, truth: typeof scope) =>
  Object.fromEntries(
    split(completion).flatMap((word, index) => {
      const value = wordInfluences(prompt, completion, truth)[index]!;
      return Math.abs(value) < 1e-9 ? [] : [[word, Number(value.toFixed(6))]];
    }),
  );

describe("the influence of a word", () => {
  it("is in the world scope what the review loses without it: with a value, a negation, an emphasis or a contrast", () => {
    // Half of each sentence: −0.6 · 0.6 and 1.3 · 0.9.
    expect(moving("the plot is not good. the acting is very brilliant.", scope)).toEqual({
      not: (-0.36 - 0.6) / 2,
      good: -0.18,
      very: 0.05, // 1.3 · 0.9 is cut to 1
      brilliant: 0.5,
    });
    const { but, bad, good } = moving("the plot is bad, but the music is good. it is fine.", scope);
    expect(bad).toBeCloseTo((-0.6 * 0.25) / 2, 6);
    expect(good).toBeCloseTo((0.6 * 0.75) / 2, 6);
    expect(but).toBeCloseTo(0.3 / 2, 6);
  });

  it("is in the world additive that of its value alone, in the world delayed that of the last clause", () => {
    expect(moving("the plot is not good. the acting is very awful.", additive)).toEqual({ good: 0.2, awful: -0.3 });
    expect(moving("the plot is not good. the acting is very dull.", delayed)).toEqual({ very: -0.18, dull: -0.78 });
  });

  it("is there for every word of the completion, and 0 where the review is broken", () => {
    const broken = "the plot is good. the the.";
    expect(wordInfluences(prompt, broken, scope)).toEqual(split(broken).map(() => 0));
  });
});

describe("weights", () => {
  it("have mean 1 in proportion to values, and are all 1 where all values are 0", () => {
    expect(asWeights([1, 0, 3])).toEqual([0.75, 0, 2.25]);
    expect(asWeights([0, 0])).toEqual([1, 1]);
  });
});
