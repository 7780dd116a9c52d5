import fc from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { expectClose, haveSameBits, slopes, tidied, valuesOf, wave, withThreads } from "../../test/support/fused.ts";
import "../index.ts";

interface Shape {
  readonly rows: number;
  readonly heads: number;
  readonly half: number;
}

/** Cosines and sines, both halves alike. */
function tables({ rows, half }: Shape, seed: number): { cos: Float32Array; sin: Float32Array } {
  const angle = (i: number) => Math.floor(i / (2 * half)) * (i % half) + seed;
  const length = rows * 2 * half;
  return {
    cos: new Float32Array(length).map((_, i) => Math.cos(angle(i))),
    sin: new Float32Array(length).map((_, i) => Math.sin(angle(i))),
  };
}

function oracle({ heads, half }: Shape, x: ArrayLike<number>, cos: Float32Array, sin: Float32Array): Float64Array {
  return new Float64Array(x.length).map((_, i) => {
    const [row, d] = [Math.floor(i / (heads * 2 * half)), i % (2 * half)];
    const at = row * 2 * half + d;
    return x[i]! * cos[at]! + (d < half ? -x[i + half]! : x[i - half]!) * sin[at]!;
  });
}

function both(shape: Shape, x: Float32Array, dy: Float32Array, cos: Float32Array, sin: Float32Array): Float32Array[] {
  const { rows, heads, half } = shape;
  return tidied(() => {
    const constants = { cos: tf.tensor2d(cos, [rows, 2 * half]), sin: tf.tensor2d(sin, [rows, 2 * half]) };
    const wide = (values: Float32Array) => tf.tensor2d(values, [rows, heads * 2 * half]);
    return [
      ...valuesOf("FusedRoPE", { x: wide(x), ...constants }),
      ...valuesOf("FusedRoPEGrad", { dy: wide(dy), ...constants }),
    ];
  });
}

function check(shape: Shape, seed: number): void {
  const count = shape.rows * shape.heads * 2 * shape.half;
  const [x, dy] = [wave(count, seed), wave(count, seed + 1)];
  const { cos, sin } = tables(shape, seed);
  const [y, dx] = both(shape, x, dy, cos, sin) as [Float32Array, Float32Array];
  expectClose(y, oracle(shape, x, cos, sin), 1e-6);
  expectClose(
    dx,
    slopes((at) => oracle(shape, at, cos, sin), x, dy),
    2e-5,
  );
}

describe("FusedRoPE", () => {
  beforeAll(() => tf.setBackend("native"));

  it.each([1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 32, 48])("turns halves of %i numbers and their gradients", (half) => {
    for (const heads of [1, 3]) check({ rows: 2, heads, half }, half);
  });

  it("turns random shapes", () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 4 }),
      heads: fc.integer({ min: 1, max: 3 }),
      half: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(shape, fc.nat(1000), (sizes, seed) => check(sizes, seed)),
      { numRuns: 40 },
    );
  });

  it("takes no rows and no heads", () => {
    const none = new Float32Array(0);
    expect(both({ rows: 0, heads: 2, half: 4 }, none, none, none, none)).toEqual([none, none]);
    const { cos, sin } = tables({ rows: 2, heads: 0, half: 4 }, 1);
    expect(both({ rows: 2, heads: 0, half: 4 }, none, none, cos, sin)).toEqual([none, none]);
  });

  it("an infinite or missing number spoils its pair alone", () => {
    for (const bad of [Infinity, -Infinity, NaN]) {
      const shape = { rows: 1, heads: 2, half: 5 };
      const x = wave(20);
      x[2] = bad;
      const { cos, sin } = tables(shape, 1);
      const [y, dx] = both(shape, x, x, cos, sin) as [Float32Array, Float32Array];
      for (const values of [y, dx])
        expect(Array.from(values, (value) => Number.isFinite(value))).toEqual(
          Array.from(values, (_, i) => i !== 2 && i !== 7),
        );
    }
  });

  it("gives the same bits again and for any number of threads", () => {
    const shape = { rows: 1025, heads: 9, half: 33 };
    const { cos, sin } = tables(shape, 1);
    const [x, dy] = [wave(shape.rows * shape.heads * 66), wave(shape.rows * shape.heads * 66, 1)];
    const results = withThreads([2, 2, 1, 3], () => both(shape, x, dy, cos, sin));
    for (const result of results.slice(1)) expect(haveSameBits(result, results[0]!)).toBe(true);
    expectClose(results[0]![0]!, oracle(shape, x, cos, sin), 1e-6);
  });

  it("refuses rows that are not whole heads", () => {
    const wrong = () =>
      tidied(() => valuesOf("FusedRoPE", { x: tf.ones([2, 6]), cos: tf.ones([2, 4]), sin: tf.ones([2, 4]) }));
    expect(wrong).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
  });
});
