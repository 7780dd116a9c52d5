import { describe, expect, it } from "vitest";
import { seeded } from "../world/random.ts";
import { bootstrapMean } from "./bootstrap.ts";

describe("the bootstrap interval of a mean", () => {
  it("is that of the normal distribution, for many independent values", () => {
    const random = seeded(1, "values");
    const groups = Array.from({ length: 400 }, () => [random()]);
    const { mean, low, high } = bootstrapMean(groups, 0)!;
    const half = 1.96 * Math.sqrt(1 / 12 / 400);
    expect(low).toBeCloseTo(mean - half, 2);
    expect(high).toBeCloseTo(mean + half, 2);
  });

  it("is as wide for copies of a value in its group as for the value alone", () => {
    const random = seeded(2, "values");
    const values = Array.from({ length: 30 }, random);
    const [alone, copied] = [values.map((value) => [value]), values.map((value) => [value, value, value])];
    const [one, other] = [bootstrapMean(alone, 0)!, bootstrapMean(copied, 0)!];
    for (const bound of ["mean", "low", "high"] as const) expect(other[bound]).toBeCloseTo(one[bound], 12);
  });

  it("is a point for equal values, takes no notice of empty groups, and is undefined without values", () => {
    expect(bootstrapMean([[2], [], [2, 2]], 0)).toEqual({ mean: 2, low: 2, high: 2 });
    expect(bootstrapMean([[], []], 0)).toBeUndefined();
  });
});
