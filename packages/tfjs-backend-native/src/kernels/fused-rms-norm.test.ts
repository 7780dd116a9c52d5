import fc from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { expectClose, haveSameBits, slopes, tidied, valuesOf, wave, withThreads } from "../../test/support/fused.ts";
import "../index.ts";

const epsilon = 1e-5;

function oracle(x: ArrayLike<number>, weight: ArrayLike<number>): Float64Array {
  const width = weight.length;
  return new Float64Array(x.length).map((_, i) => {
    const row = i - (i % width);
    let squares = 0;
    for (let d = 0; d < width; d++) squares += x[row + d]! ** 2;
    return (x[i]! / Math.sqrt(squares / width + epsilon)) * weight[i - row]!;
  });
}

function both(rows: number, width: number, x: Float32Array, weight: Float32Array, dy: Float32Array): Float32Array[] {
  return tidied(() => {
    const tensors = { x: tf.tensor2d(x, [rows, width]), weight: tf.tensor1d(weight) };
    const [y, r] = valuesOf("FusedRMSNorm", tensors, { epsilon }) as [Float32Array, Float32Array];
    const slope = { dy: tf.tensor2d(dy, [rows, width]), extra0: tf.tensor2d(r, [rows, 1]) };
    return [y, r, ...valuesOf("FusedRMSNormGrad", { ...tensors, ...slope }, { epsilon })];
  });
}

function check(rows: number, width: number, seed: number): void {
  const [x, weight, dy] = [wave(rows * width, seed), wave(width, seed + 1), wave(rows * width, seed + 2)];
  const [y, , dx, dweight] = both(rows, width, x, weight, dy) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  expectClose(y, oracle(x, weight), 2e-6);
  expectClose(
    dx,
    slopes((at) => oracle(at, weight), x, dy),
    2e-5,
  );
  expectClose(
    dweight,
    slopes((at) => oracle(x, at), weight, dy),
    2e-5,
  );
}

describe("FusedRMSNorm", () => {
  beforeAll(() => tf.setBackend("native"));

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 80])(
    "follows the formula and its slopes in rows of %i numbers",
    (width) => {
      for (const rows of [1, 2, 5]) check(rows, width, width);
    },
  );

  it("follows the formula and its slopes at random shapes", () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 6 }),
      width: fc.integer({ min: 1, max: 70 }),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(shape, ({ rows, width, seed }) => check(rows, width, seed)),
      { numRuns: 40 },
    );
  });

  it("takes no rows, and rows of nothing", () => {
    const none = new Float32Array(0);
    expect(both(0, 5, none, wave(5), none).map((values) => [...values])).toEqual([[], [], [], [0, 0, 0, 0, 0]]);
    expect(both(3, 0, none, none, none).map(({ length }) => length)).toEqual([0, 3, 0, 0]);
  });

  it("gives zeros for a row of zeros", () => {
    const [y, r] = both(1, 3, new Float32Array(3), wave(3), wave(3));
    expect([...y!]).toEqual([0, 0, 0]);
    expect(r![0]).toBeCloseTo(1 / Math.sqrt(epsilon), 3);
  });

  it("an infinite or missing number spoils its row alone", () => {
    for (const bad of [Infinity, -Infinity, NaN]) {
      const x = wave(3 * 20);
      x[25] = bad;
      const [y, , dx] = both(3, 20, x, wave(20, 1), wave(60, 2)) as [Float32Array, Float32Array, Float32Array];
      expect(y[25]).toBeNaN();
      expect(dx[25]).toBeNaN();
      for (const values of [y, dx])
        expect([...values.slice(0, 20), ...values.slice(40)].every((value) => Number.isFinite(value))).toBe(true);
    }
  });

  it("gives the same bits again and for any number of threads, in large arrays as in their rows alone", () => {
    const [rows, width] = [2001, 577];
    const [x, weight, dy] = [wave(rows * width), wave(width, 1), wave(rows * width, 2)];
    const results = withThreads([2, 2, 1, 3], () => both(rows, width, x, weight, dy));
    for (const result of results.slice(1)) expect(haveSameBits(result, results[0]!)).toBe(true);
    const [y, , dx] = results[0] as [Float32Array, Float32Array, Float32Array];
    for (const row of [0, 999, 1000, 1001, 2000]) {
      const part = (values: Float32Array) => values.slice(row * width, (row + 1) * width);
      const alone = both(1, width, part(x), weight, part(dy));
      expect([alone[0], alone[2]]).toEqual([part(y), part(dx)]);
    }
  });

  it("adds up the gradient of the weight over many rows in more than single precision", () => {
    const rows = 100_000;
    const [, , , dweight] = both(
      rows,
      1,
      new Float32Array(rows).fill(1),
      new Float32Array([1]),
      new Float32Array(rows).fill(0.1),
    );
    expect(dweight![0]! / (Math.fround(0.1) * rows * Math.fround(1 / Math.sqrt(1 + epsilon)))).toBeCloseTo(1, 5);
  });
});
