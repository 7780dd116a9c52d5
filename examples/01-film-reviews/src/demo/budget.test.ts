import { describe, expect, it } from "vitest";
import { contestantNamed } from "../contestants/contestants.ts";
import { Budget, computeOf, passesOf } from "./budget.ts";

describe("the time budget", () => {
  it("tries the first, and then takes what ends in time by the pace so far", () => {
    let now = 5;
    const budget = new Budget(100, () => now);
    expect(budget.fits(1e9)).toBe(true);
    budget.measured(10);
    budget.trained(20, 200);
    now = 35; // 30 of 100 seconds are gone: 60 are left for training, beside 10 for measuring
    expect(budget.fits(600)).toBe(true);
    expect(budget.fits(601)).toBe(false);
    budget.trained(40, 200); // slower than it seemed: 0.15 s a pass
    expect(budget.fits(400)).toBe(true);
    expect(budget.fits(401)).toBe(false);
  });

  it("counts passes of every step and those before", () => {
    const sizes = { steps: 10, batchSize: 4, pairs: 100 };
    expect(passesOf(contestantNamed("dpo"), sizes)).toBe(3 * 40 + 100);
    expect(passesOf(contestantNamed("tis-dpo"), sizes)).toBe(3 * 40 + 3 * 100);
    expect(passesOf(contestantNamed("sft-chosen"), sizes)).toBe(1.5 * 40);
    // Two supervised models come before.
    expect(computeOf(contestantNamed("tis-dpo"), sizes)).toBeCloseTo((420 + 60 + 60) / 220, 12);
  });
});
