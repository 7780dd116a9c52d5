import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaUnderCurve, averagePrecision, midRanks, rankCorrelation } from "./rank-metrics.ts";

const values = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 12 });
const labelled = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean()), { minLength: 2, maxLength: 12 });

describe("ranks", () => {
  it("of equal values are the mean of theirs", () => {
    expect(midRanks([10, 30, 20, 20, 5])).toEqual([2, 5, 3.5, 3.5, 1]);
    expect(midRanks([7, 7, 7])).toEqual([2, 2, 2]);
    expect(midRanks([])).toEqual([]);
  });

  it("sum to those of distinct values, whatever the ties", () => {
    fc.assert(
      fc.property(values, (of) => {
        expect(midRanks(of).reduce((sum, rank) => sum + rank, 0)).toBe((of.length * (of.length + 1)) / 2);
      }),
    );
  });
});

describe("the rank correlation", () => {
  it("is 1 for any rising relation, -1 for any falling one, and by hand between", () => {
    expect(rankCorrelation([1, 2, 3, 4], [1, 10, 100, 1000])).toBeCloseTo(1, 12);
    expect(rankCorrelation([1, 2, 3], [0, -5, -6])).toBeCloseTo(-1, 12);
    // 1 − 6 Σ d² / (n (n² − 1)) with d = 0, 1, −1, 0
    expect(rankCorrelation([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(1 - 12 / 60, 12);
    // Ranks 1.5, 1.5, 3 and 1, 2, 3: 1.5 / √(1.5 · 2)
    expect(rankCorrelation([0, 0, 1], [1, 2, 3])).toBeCloseTo(1.5 / Math.sqrt(3), 12);
  });

  it("is undefined where nothing is ranked: equal values, a single one, none", () => {
    expect(rankCorrelation([0, 0, 0], [1, 2, 3])).toBeUndefined();
    expect(rankCorrelation([1, 2, 3], [4, 4, 4])).toBeUndefined();
    expect(rankCorrelation([1], [2])).toBeUndefined();
    expect(rankCorrelation([], [])).toBeUndefined();
  });
});

describe("the area under the curve", () => {
  it("counts pairs of a positive and a negative, ties half", () => {
    expect(areaUnderCurve([0.1, 0.4, 0.35, 0.8], [false, false, true, true])).toBe(0.75);
    expect(areaUnderCurve([1, 1, 2], [true, false, false])).toBe(0.25);
    expect(areaUnderCurve([1, 2, 3], [false, true, true])).toBe(1);
    expect(areaUnderCurve([5, 5, 5], [true, false, false])).toBe(0.5);
    fc.assert(
      fc.property(labelled, (of) => {
        const [scores, positive] = [of.map(([score]) => score), of.map(([, is]) => is)];
        const of1 = of.filter(([, is]) => is).map(([score]) => score);
        const of0 = of.filter(([, is]) => !is).map(([score]) => score);
        const wins = of1.flatMap((high) => of0.map((low) => (Math.sign(high - low) + 1) / 2));
        const byPairs = wins.reduce((sum, win) => sum + win, 0) / wins.length;
        const area = areaUnderCurve(scores, positive);
        if (wins.length === 0) expect(area).toBeUndefined();
        else expect(area).toBeCloseTo(byPairs, 12);
      }),
    );
  });

  it("of opposite scores is the rest to 1", () => {
    fc.assert(
      fc.property(labelled, (of) => {
        const [scores, positive] = [of.map(([score]) => score), of.map(([, is]) => is)];
        const area = areaUnderCurve(scores, positive);
        if (area === undefined) return;
        expect(areaUnderCurve(scores.map((score) => -score), positive)).toBeCloseTo(1 - area, 12); // prettier-ignore
      }),
    );
  });

  it("is undefined without positives, and without negatives", () => {
    expect(areaUnderCurve([1, 2], [true, true])).toBeUndefined();
    expect(areaUnderCurve([1, 2], [false, false])).toBeUndefined();
    expect(areaUnderCurve([], [])).toBeUndefined();
  });
});

describe("the average precision", () => {
  it("is by hand", () => {
    // Recall ½ at precision 1, then the second positive at precision 2/3.
    expect(averagePrecision([0.1, 0.4, 0.35, 0.8], [false, false, true, true])).toBeCloseTo(0.5 + 0.5 * (2 / 3), 12);
    expect(averagePrecision([3, 2, 1], [true, true, false])).toBe(1);
    expect(averagePrecision([1, 2, 3], [true, false, false])).toBeCloseTo(1 / 3, 12);
    // Both that score 2 are taken at once.
    expect(averagePrecision([2, 2, 1], [true, false, true])).toBeCloseTo(0.5 * 0.5 + 0.5 * (2 / 3), 12);
  });

  it("of equal scores is the share of positives, and never depends on the order of the items", () => {
    expect(averagePrecision([0, 0, 0, 0], [true, false, false, false])).toBe(0.25);
    fc.assert(
      fc.property(labelled, (of) => {
        const at = (items: typeof of) =>
          averagePrecision(
            items.map(([score]) => score),
            items.map(([, is]) => is),
          );
        const [one, other] = [at(of), at(of.toReversed())];
        if (one === undefined) expect(other).toBeUndefined();
        else expect(other).toBeCloseTo(one, 12);
      }),
    );
  });

  it("is undefined without positives, and without negatives", () => {
    expect(averagePrecision([1, 2], [true, true])).toBeUndefined();
    expect(averagePrecision([1, 2], [false, false])).toBeUndefined();
  });
});
