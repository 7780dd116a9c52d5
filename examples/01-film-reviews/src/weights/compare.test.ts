import { describe, expect, it } from "vitest";
import { areaBeyond, compare } from "./compare.ts";
import { oracleAgreement, oracleColumn } from "./oracle.ts";
import { thatMatter, truthOf, type Truth } from "./truth.ts";

const truth = (...advantages: readonly number[]): Truth =>
  truthOf({ halves: [advantages, advantages], errors: advantages.map(() => 0.01) });
const truths = [truth(0.5, 0.02, -0.1, 0.03), truth(0.01, -0.4, 0.1, 0.02)];
const zeros = [
  [0, 0, 0, 0],
  [0, 0, 0, 0],
];

describe("tokens that matter", () => {
  it("are the largest quarter, rounded up, where they are above two standard errors", () => {
    expect(thatMatter([0.5, -0.6, 0.1, 0.2, 0.3], [0, 0, 0, 0, 0])).toEqual([true, true, false, false, false]);
    expect(thatMatter([0.5, -0.6, 0.1, 0.2, 0.3], [0.3, 0.2, 0, 0, 0])).toEqual([false, true, false, false, false]);
    expect(thatMatter([0.5], [0.1])).toEqual([true]);
    expect(thatMatter([0, 0], [0, 0])).toEqual([false, false]);
    expect(thatMatter([], [])).toEqual([]);
  });
});

describe("the agreement of weights with what tokens are worth", () => {
  it("is whole for weights that follow |A|, and for signed values that follow A, the sign turned for rejected", () => {
    const weights = truths.map(({ advantages }) => advantages.map(Math.abs));
    const signed = [[0.5, 0.02, -0.1, 0.03], [-0.01, 0.4, -0.1, -0.02]]; // prettier-ignore
    const { rank, signed: withSign, area, precision, ranked, why } = compare(truths, { weights, signed }, 0);
    for (const interval of [rank, withSign, area, precision]) {
      expect(interval!.mean).toBeCloseTo(1, 12);
      expect(interval!.low).toBeCloseTo(1, 12);
    }
    expect([ranked, why]).toEqual([2, undefined]);
  });

  it("is undefined for a mask of zeros, for constant weights, and for responses of one token, each with its reason", () => {
    const none = { rank: undefined, signed: undefined, area: undefined, precision: undefined, ranked: 0 };
    const areas = [undefined, undefined];
    expect(compare(truths, { weights: zeros }, 0)).toEqual({ ...none, areas, why: "all weights are 0" });
    const ones = zeros.map((of) => of.map(() => 1));
    expect(compare(truths, { weights: ones }, 0)).toEqual({
      ...none,
      areas,
      why: "the weights of a response are all equal",
    });
    const single = [truth(0.5), truth(0.1)];
    expect(compare(single, { weights: [[2], [3]] }, 0)).toEqual({ ...none, areas, why: "no response has two tokens" });
  });

  it("beyond that of others is a difference over the responses that both have", () => {
    const all = compare(truths, { weights: truths.map(({ advantages }) => advantages.map(Math.abs)) }, 0);
    const half = compare(truths, { weights: [zeros[0]!, [4, 1, 3, 2]] }, 0);
    expect(areaBeyond(all, half, 0)).toEqual({ mean: 1, low: 1, high: 1 });
    expect(areaBeyond(half, all, 0)!.mean).toBe(-1);
    expect(areaBeyond(all, compare(truths, { weights: zeros }, 0), 0)).toBeUndefined();
  });

  it("leaves out a response that the weights do not rank, and counts it", () => {
    const { rank, ranked } = compare(truths, { weights: [zeros[0]!, [1, 4, 3, 2]] }, 0);
    expect(ranked).toBe(1);
    expect(rank!.mean).toBeCloseTo(1, 12);
  });

  it("is a finite figure whatever ties there are", () => {
    const { area, rank } = compare(truths, { weights: [[1, 1, 0, 0], [0, 1, 1, 1]] }, 0); // prettier-ignore
    expect(area!.mean).toBeCloseTo((2.5 / 3 + 2 / 3) / 2, 12);
    expect(Number.isFinite(rank!.mean)).toBe(true);
  });

  it("refuses weights of other tokens", () => {
    expect(() => compare(truths, { weights: [[1, 2, 3, 4], [1, 2]] }, 0)).toThrow(RangeError); // prettier-ignore
    expect(() => compare(truths, { weights: [[1, 2, 3, 4]] }, 0)).toThrow(RangeError);
  });
});

describe("the oracle", () => {
  it("has weights of mean 1 in proportion to |A|, equal ones where all are 0", () => {
    const [first, second, third] = oracleColumn([0.3, -0.1, 0]);
    expect(first).toBeCloseTo(3 * 0.75, 12);
    expect(second).toBeCloseTo(3 * 0.25, 12);
    expect(third).toBe(0);
    expect(oracleColumn([0, 0])).toEqual([1, 1]);
    expect(oracleColumn([])).toEqual([]);
  });

  it("agrees as much as the halves of the rollouts do", () => {
    const advantages = [0.5, 0.02, -0.1, 0.03];
    const sure = { halves: [advantages, advantages] as const, errors: [0, 0, 0, 0] };
    expect(oracleAgreement([sure, sure], 0).area!.mean).toBe(1);
    const torn = { ...sure, halves: [advantages, [0.01, 0.2, -0.1, 0.6]] as const };
    // Ranks 4, 1, 3, 2 and 1, 3, 2, 4: 1 − 6 · 18 / 60
    expect(oracleAgreement([torn, torn], 0).rank!.mean).toBeCloseTo(-0.8, 12);
  });
});
