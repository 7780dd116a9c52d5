import { describe, expect, it } from "vitest";
import { preferenceProbability, prefersFirst } from "./labels.ts";
import { seeded } from "./random.ts";

describe("Bradley–Terry labels", () => {
  it("prefer the first as often as σ(margin / temperature) says", () => {
    const random = seeded(1, "labels");
    for (const margin of [-0.6, -0.1, 0, 0.2, 0.5]) {
      const draws = 20_000;
      let preferred = 0;
      for (let draw = 0; draw < draws; draw++)
        preferred += Number(prefersFirst(margin, 0, { temperature: 0.25 }, random));
      const expected = 1 / (1 + Math.exp(-margin / 0.25));
      expect(Math.abs(preferred / draws - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / draws));
    }
  });

  it("are the opposite when flipped, with the same probability", () => {
    const straight = preferenceProbability(0.3, -0.2, { temperature: 0.5 });
    expect(straight).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
    expect(preferenceProbability(0.3, -0.2, { temperature: 0.5, flip: true })).toBeCloseTo(1 - straight, 12);
  });

  it("are certain as the temperature goes to zero, without overflow", () => {
    expect(preferenceProbability(1, -1, { temperature: 1e-6 })).toBe(1);
    expect(preferenceProbability(-1, 1, { temperature: 1e-6 })).toBe(0);
  });

  it("refuse a temperature that is not positive", () => {
    expect(() => preferenceProbability(1, 0, { temperature: 0 })).toThrow(RangeError);
    expect(() => preferenceProbability(1, 0, { temperature: Number.NaN })).toThrow(RangeError);
  });
});
