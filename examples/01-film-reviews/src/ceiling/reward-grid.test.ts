import { describe, expect, it } from "vitest";
import { gridRewards, histogramOf } from "./reward-grid.ts";

describe("the grid of rewards", () => {
  it("reaches from -1 to 1 and counts each reward at the nearest place", () => {
    expect([gridRewards[0], gridRewards.at(-1)]).toEqual([-1, 1]);
    const counts = histogramOf([-1, 1, 0.0024, -0.0024, 0.9, 0.9]);
    const found = counts.flatMap((count, index) => (count === 0 ? [] : [[gridRewards[index]!.toFixed(3), count]]));
    expect(found).toEqual([
      ["-1.000", 1],
      ["0.000", 2],
      ["0.900", 2],
      ["1.000", 1],
    ]);
  });
});
