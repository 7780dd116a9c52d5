import { describe, expect, it } from "vitest";
import { advantagesOf, meanAdvantages } from "./token-advantages.ts";

describe("a token's advantage", () => {
  it("is the difference of what is expected after it and before it, in all and in halves, by hand", () => {
    const { halves, errors } = advantagesOf([
      [0, 1, 0, 1],
      [1, 0, 1, 1],
      [2, 2, 2, 2],
    ]);
    expect(halves).toEqual([
      [1, 1],
      [-0.5, 1.5],
    ]);
    expect(meanAdvantages({ halves, errors })).toEqual([0.25, 1.25]);
    // Variances of the means: (1/3)/4, (1/4)/4, 0.
    expect(errors[0]).toBeCloseTo(Math.sqrt(1 / 12 + 1 / 16), 12);
    expect(errors[1]).toBeCloseTo(Math.sqrt(1 / 16), 12);
  });

  it("sums to what the whole response is expected to gain", () => {
    const rewards = [0.3, -0.2, 0.8, 0.1].map((mean) => [mean - 0.1, mean + 0.1]);
    const sum = meanAdvantages(advantagesOf(rewards)).reduce((total, value) => total + value, 0);
    expect(sum).toBeCloseTo(0.1 - 0.3, 12);
  });

  it("has none in a response without tokens, and needs two rollouts", () => {
    expect(advantagesOf([[0, 1]])).toEqual({ halves: [[], []], errors: [] });
    expect(() => advantagesOf([[0], [1]])).toThrow(RangeError);
  });
});
