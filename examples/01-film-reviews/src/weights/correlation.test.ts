import { describe, expect, it } from "vitest";
import { seeded } from "../world/random.ts";
import { correlation, reliability } from "./correlation.ts";

describe("correlations", () => {
  it("are 1 for a rising line, -1 for a falling one, and Pearson's between", () => {
    expect(correlation([1, 2, 4], [3, 5, 9])).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 4], [3, 1, -3])).toBeCloseTo(-1, 12);
    expect(correlation([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(0.8, 12);
  });

  it("that noise made small are found again by reliability", () => {
    const random = seeded(1, "noise");
    const noise = () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6);
    const truth = Array.from({ length: 20_000 }, noise);
    const signal = truth.map((value) => value + noise());
    const [first, second] = [truth.map((value) => value + noise()), truth.map((value) => value + noise())];
    const noisy = first.map((value, index) => (value + second[index]!) / 2);
    expect(reliability(first, second)).toBeCloseTo(2 / 3, 1);
    expect(correlation(signal, noisy) / Math.sqrt(reliability(first, second))).toBeCloseTo(Math.SQRT1_2, 1);
  });
});
