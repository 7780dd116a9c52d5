import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleToken, type Sampling } from "./sample-token.ts";

/** Logits of the given probabilities. */
const logitsOf = (...probabilities: number[]) => Float32Array.from(probabilities, (p) => Math.log(p) + 3);

/** How often each token is drawn, by draws spread evenly over [0, 1). */
function frequencies(logits: Float32Array, sampling: Sampling, draws = 1000): number[] {
  const counts = new Array<number>(logits.length).fill(0);
  for (let i = 0; i < draws; i++) counts[sampleToken(logits, sampling, (i + 0.5) / draws)]! += 1 / draws;
  return counts.map((count) => Math.round(count * 100) / 100);
}

describe("a token is drawn", () => {
  const logits = logitsOf(0.1, 0.4, 0.2, 0.3);

  it("by its probability at temperature 1", () => {
    expect(frequencies(logits, { temperature: 1 })).toEqual([0.1, 0.4, 0.2, 0.3]);
  });

  it("by its probability to the power of 1/temperature, normalized", () => {
    expect(frequencies(logits, { temperature: 0.5 })).toEqual([0.03, 0.53, 0.13, 0.3]);
  });

  it("greedily at temperature 0, the first of equals", () => {
    expect(sampleToken(Float32Array.of(1, 5, 5, 2), { temperature: 0 }, 0.9)).toBe(1);
  });

  it("among the k most likely, the first of equals", () => {
    expect(frequencies(logits, { temperature: 1, topK: 2 })).toEqual([0, 0.57, 0, 0.43]);
    expect(frequencies(logitsOf(0.25, 0.25, 0.25, 0.25), { temperature: 1, topK: 2 })).toEqual([0.5, 0.5, 0, 0]);
    expect(frequencies(logits, { temperature: 1, topK: 9 })).toEqual([0.1, 0.4, 0.2, 0.3]);
  });

  it("among the fewest that reach probability p, the one that crosses it included", () => {
    expect(frequencies(logits, { temperature: 1, topP: 0.39 })).toEqual([0, 1, 0, 0]);
    expect(frequencies(logits, { temperature: 1, topP: 0.41 })).toEqual([0, 0.57, 0, 0.43]);
    expect(frequencies(logits, { temperature: 1, topP: 0.89 })).toEqual([0, 0.44, 0.22, 0.33]);
    expect(frequencies(logits, { temperature: 1, topP: 1e-9 })).toEqual([0, 1, 0, 0]);
  });

  it("among the k most likely first, then among those that reach p of what is left", () => {
    // Of .4 and .3 the first has 4/7 ≈ .57 of the mass.
    expect(frequencies(logits, { temperature: 1, topK: 2, topP: 0.55 })).toEqual([0, 1, 0, 0]);
    expect(frequencies(logits, { temperature: 1, topK: 2, topP: 0.6 })).toEqual([0, 0.57, 0, 0.43]);
  });

  it("never if it is impossible, at either end of the draw", () => {
    const some = Float32Array.of(-Infinity, 0, -Infinity, 0, -Infinity);
    expect([0, 0.4999, 0.5, 0.9999999, 1].map((uniform) => sampleToken(some, { temperature: 1 }, uniform))).toEqual([
      1, 1, 3, 3, 3,
    ]);
  });
});

it("cutting a large vocabulary short of a full sort changes nothing", () => {
  const logit = fc.integer({ min: -4000, max: 1000 }).map((x) => x / 100);
  const setting = fc.record({
    topK: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
    topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.array(logit, { minLength: 1, maxLength: 60 }),
      setting,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (values, { topK, topP }, uniform) => {
        const most = Math.max(...values.map(Math.fround));
        const ranked = values
          .map((value, id) => ({ id, weight: Math.exp(Math.fround(value) - most) }))
          .sort((a, b) => b.weight - a.weight || a.id - b.id);
        const first = ranked.slice(0, topK);
        const mass = first.reduce((sum, { weight }) => sum + weight, 0);
        const allowed = new Set<number>();
        let sum = 0;
        for (const { id, weight } of first) {
          if (allowed.size > 0 && sum >= topP * mass * (1 + 1e-12)) break;
          allowed.add(id);
          sum += weight;
        }
        expect(allowed).toContain(sampleToken(Float32Array.from(values), { temperature: 1, topK, topP }, uniform));
      },
    ),
  );
});
