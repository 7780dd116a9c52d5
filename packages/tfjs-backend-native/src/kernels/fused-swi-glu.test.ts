import fc from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { expectClose, haveSameBits, slopes, tidied, valuesOf, wave, withThreads } from "../../test/support/fused.ts";
import "../index.ts";

const oracle = (gate: ArrayLike<number>, up: ArrayLike<number>) =>
  new Float64Array(gate.length).map((_, i) => (gate[i]! / (1 + Math.exp(-gate[i]!))) * up[i]!);

function both(gate: Float32Array, up: Float32Array, dy: Float32Array): Float32Array[] {
  return tidied(() => {
    const tensors = { gate: tf.tensor2d(gate, [gate.length, 1]), up: tf.tensor2d(up, [gate.length, 1]) };
    const slope = { dy: tf.tensor2d(dy, [gate.length, 1]) };
    return [...valuesOf("FusedSwiGLU", tensors), ...valuesOf("FusedSwiGLUGrad", { ...slope, ...tensors })];
  });
}

function check(gate: Float32Array, up: Float32Array, dy: Float32Array): void {
  const [out, dgate, dup] = both(gate, up, dy) as [Float32Array, Float32Array, Float32Array];
  expectClose(out, oracle(gate, up), 2e-6);
  expectClose(
    dgate,
    slopes((at) => oracle(at, up), gate, dy),
    2e-5,
  );
  expectClose(
    dup,
    slopes((at) => oracle(gate, at), up, dy),
    2e-5,
  );
}

describe("FusedSwiGLU", () => {
  beforeAll(() => tf.setBackend("native"));

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 65])(
    "follows the formula and its slopes for %i numbers",
    (count) => {
      check(wave(count, 1), wave(count, 2), wave(count, 3));
    },
  );

  it("follows the formula and its slopes at random", () => {
    const numbers = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(numbers, (values) => {
        const gate = Float32Array.from(values);
        check(gate, wave(gate.length), wave(gate.length, 1));
      }),
      { numRuns: 40 },
    );
  });

  it("takes nothing", () => {
    const none = new Float32Array(0);
    expect(both(none, none, none)).toEqual([none, none, none]);
  });

  it("is 0 or the product where the exponential leaves its range, and NaN for NaN", () => {
    const gate = Float32Array.of(-1e30, -200, -100, -90, 90, 100, 200, 1e30, Infinity, NaN);
    const ones = gate.slice().fill(1);
    const [out, dgate, dup] = both(gate, ones, ones) as [Float32Array, Float32Array, Float32Array];
    const expected = [0, 0, 0, 0, 90, 100, 200, Math.fround(1e30), Infinity, NaN];
    expectClose(out, expected, 1e-6);
    expectClose(dup, expected, 1e-6);
    expectClose(dgate.slice(0, 8), [0, 0, 0, 0, 1, 1, 1, 1], 1e-6);
    expect(dgate[9]).toBeNaN();
  });

  it("gives the same bits again and for any number of threads, in large arrays as in parts of them", () => {
    const count = 300_007;
    const [gate, up, dy] = [wave(count), wave(count, 1), wave(count, 2)];
    const results = withThreads([2, 2, 1, 3], () => both(gate, up, dy));
    for (const result of results.slice(1)) expect(haveSameBits(result, results[0]!)).toBe(true);
    const part = (values: Float32Array) => values.slice(150_001, 150_012);
    expect(both(part(gate), part(up), part(dy))).toEqual(results[0]!.map(part));
  });
});
