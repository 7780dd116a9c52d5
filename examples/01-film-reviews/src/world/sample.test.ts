import { describe, expect, it } from "vitest";
import { samplePrompts, sampleReviews, splitOf } from "./sample.ts";
import { split } from "./text.ts";

describe("samples of the world", () => {
  it("are the same for the same seed and others for another", () => {
    const reviews = (seed: number) => sampleReviews(50, { seed, split: "train" });
    expect(reviews(1)).toEqual(reviews(1));
    expect(reviews(1)).not.toEqual(reviews(2));
    const prompts = (seed: number) => samplePrompts(50, { seed, split: "test" });
    expect(prompts(1)).toEqual(prompts(1));
    expect(prompts(1)).not.toEqual(prompts(2));
  });

  it("have 1,500 distinct train prompts and 500 test prompts, none in both", () => {
    const train = samplePrompts(1500, { seed: 1, split: "train" });
    const test = samplePrompts(500, { seed: 1, split: "test" });
    expect(new Set([...train, ...test]).size).toBe(2000);
    expect(sampleReviews(500, { seed: 1, split: "train" }).every(({ prompt }) => splitOf(prompt) === "train")).toBe(
      true,
    );
  });

  it("refuse to go on when the grammar has no more prompts", () => {
    expect(() => samplePrompts(100_000, { seed: 1, split: "test" })).toThrow(RangeError);
  });

  it("are short: most completions have 10 to 28 words, none more than 60", () => {
    const lengths = sampleReviews(2000, { seed: 1, split: "train" }).map(({ completion }) => split(completion).length);
    expect(lengths.filter((length) => length >= 10 && length <= 28).length).toBeGreaterThan(1600);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(60);
  });

  it("have rewards around 0 that fill the range", () => {
    const rewards = sampleReviews(4000, { seed: 1, split: "train" }).map(({ reward }) => reward);
    const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
    const deviation = Math.sqrt(rewards.reduce((sum, reward) => sum + (reward - mean) ** 2, 0) / rewards.length);
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(deviation).toBeGreaterThan(0.4);
    expect(Math.max(...rewards.map(Math.abs))).toBeLessThanOrEqual(1);
  });
});
