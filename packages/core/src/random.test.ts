import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { permutation, seedFrom, uniform } from "./random.ts";

describe("random numbers", () => {
  it("a permutation holds every index once, and the same ones for the same seed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.nat(), (size, seed) => {
        const order = permutation(size, seed);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, index) => index));
        expect(permutation(size, seed)).toEqual(order);
      }),
    );
  });

  it("seeds differ by each of their names", () => {
    const seeds = [
      seedFrom(0, 1, "a", "x"),
      seedFrom(1, 1, "a", "x"),
      seedFrom(0, 2, "a", "x"),
      seedFrom(0, 1, "b", "x"),
      seedFrom(0, 1, "a", "y"),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  it("uniform numbers have the mean and variance of a uniform distribution", () => {
    const random = uniform(seedFrom(0, "test"));
    const draws = Array.from({ length: 20_000 }, random);
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
  });
});
