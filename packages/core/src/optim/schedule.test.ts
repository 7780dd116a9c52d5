import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scheduleFactor, type ScheduleKind } from "./schedule.ts";

describe("scheduleFactor", () => {
  it("rises linearly from 0 over the warm-up, then is 1 if constant", () => {
    const factors = [1, 2, 3, 4, 5, 6].map((step) =>
      scheduleFactor({ kind: "constant", warmupSteps: 4, totalSteps: 6 }, step),
    );
    expect(factors).toEqual([0, 0.25, 0.5, 0.75, 1, 1]);
  });

  it("falls linearly to one step's share above 0", () => {
    const factors = [1, 2, 3, 4].map((step) => scheduleFactor({ kind: "linear", warmupSteps: 0, totalSteps: 4 }, step));
    expect(factors).toEqual([1, 0.75, 0.5, 0.25]);
  });

  it("falls by half a cosine", () => {
    expect(scheduleFactor({ kind: "cosine", warmupSteps: 0, totalSteps: 4 }, 3)).toBeCloseTo(0.5, 12);
  });

  it("stays within 0 and 1 and never rises after the warm-up", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ScheduleKind>("constant", "linear", "cosine"),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 60 }),
        (kind, warmupSteps, totalSteps) => {
          const factors = Array.from({ length: totalSteps }, (_, index) =>
            scheduleFactor({ kind, warmupSteps, totalSteps }, index + 1),
          );
          for (const factor of factors) expect(factor >= 0 && factor <= 1).toBe(true);
          const falling = factors.slice(warmupSteps);
          falling.forEach((factor, index) => expect(factor).toBeLessThanOrEqual(falling[index - 1] ?? 1));
        },
      ),
    );
  });
});
