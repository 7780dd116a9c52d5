import { describe, expect, it } from "vitest";
import { intervalOfMean, twoSidedT } from "./interval.ts";
import { seeded } from "../../test/random.ts";

describe("the t interval", () => {
  it.each([
    [1, 12.7062],
    [2, 4.30265],
    [5, 2.57058],
    [10, 2.22814],
    [30, 2.04227],
    [120, 1.97993],
  ])("has the tabulated 97.5 % quantile for %i degrees of freedom", (freedom, quantile) => {
    expect(twoSidedT(0.95, freedom)).toBeCloseTo(quantile, 4);
  });

  it("is mean ± t · s / √n", () => {
    const { mean, low, high } = intervalOfMean([1, 2, 3]);
    expect(mean).toBe(2);
    expect(high - mean).toBeCloseTo(4.30265 / Math.sqrt(3), 4);
    expect(mean - low).toBeCloseTo(high - mean, 12);
  });

  it("covers the true mean 95 times in 100", () => {
    const random = seeded(1, "coverage");
    let covered = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const { low, high } = intervalOfMean(Array.from({ length: 12 }, random));
      covered += Number(low <= 0.5 && 0.5 <= high);
    }
    expect(covered / 2000).toBeCloseTo(0.95, 1.5);
  });

  it("refuses fewer than two values", () => {
    expect(() => intervalOfMean([1])).toThrow(RangeError);
  });
});
