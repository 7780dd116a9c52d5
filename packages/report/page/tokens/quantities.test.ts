import { describe, expect, it } from "vitest";
import { scaleOf } from "./quantities.ts";

describe("the colour scale", () => {
  it("spreads factors by their logarithms, with 0 at the low end", () => {
    const scale = scaleOf([0, 0.5, 1, 2], 1);
    expect([scale.low, scale.high]).toEqual([0.5, 2]);
    expect([0, 0.5, 1, Math.SQRT2, 9].map((value) => Number(scale.at(value).toFixed(6)))).toEqual([-1, -1, 0, 0.5, 1]);
  });

  it("is linear where values have a sign, and is not washed out by an outlier", () => {
    const scale = scaleOf([...Array.from({ length: 99 }, (_, i) => (i - 49) / 49), 1000], 0);
    expect(scale.high).toBeCloseTo(1, 1);
    expect(scale.at(1000)).toBe(1);
  });

  it("has a width where all values are one", () => {
    expect(scaleOf([1, 1], 1).at(1)).toBe(0);
  });
});
