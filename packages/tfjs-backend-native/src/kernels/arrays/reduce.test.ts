import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { expectSame, floats, tensorOf, useNative, type Input } from "../../../test/against-cpu.ts";
import { addon } from "../../addon.ts";

beforeAll(useNative);

type Reduction = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

const reductions: readonly (readonly [name: string, f: Reduction, tolerance: number])[] = [
  ["sum", tf.sum, 1e-6],
  ["mean", tf.mean, 1e-6],
  ["prod", tf.prod, 1e-6],
  ["max", tf.max, 0],
  ["min", tf.min, 0],
];

const shapes: readonly (readonly number[])[] = [
  ...([[], [1], [5], [3, 4], [4, 3, 2], [2, 3, 4, 5], [1, 7, 1], [40, 1], [1, 40], [7, 65]] as const),
  ...([
    [3, 600],
    [600, 3],
    [2, 9, 33],
    [3, 0],
    [0, 3],
    [2, 0, 3],
  ] as const),
];

/** Every set of axes. */
const subsets = (rank: number): readonly number[][] =>
  Array.from({ length: 2 ** rank }, (_, bits) => [...Array(rank).keys()].filter((axis) => (bits >> axis) & 1));

describe("reductions", () => {
  for (const [name, f, tolerance] of reductions)
    it(`${name} is what the cpu backend computes, over every set of axes`, () => {
      for (const shape of shapes)
        for (const axes of subsets(shape.length))
          for (const keepDims of [false, true])
            expectSame(
              (x) => f(x, axes.length === 0 ? undefined : axes, keepDims),
              [tensorOf(shape, 3, 3)],
              tolerance,
              1,
            );
      expectSame((x) => f(x, -1), [tensorOf([3, 5])], tolerance, 1);
    });

  it("carry NaN and infinity", () => {
    for (const odd of [NaN, Infinity, -Infinity])
      for (const [, f] of reductions)
        for (const axis of [0, 1]) {
          const values = floats(70 * 40, 1);
          values[70 * 11 + 5] = odd;
          expectSame((x) => f(x, axis), [{ values, shape: [40, 70] }], 1e-6, 1);
        }
  });

  it("leave other types to the cpu backend", () => {
    const ints: Input = { values: Int32Array.from([3, -2, 2147483647, 5, 6, 7]), shape: [2, 3] };
    const bools: Input = { values: Uint8Array.from([1, 0, 1, 1, 0, 1]), shape: [2, 3] };
    for (const input of [ints, bools])
      for (const f of [tf.sum, tf.mean, tf.max, tf.min] as readonly Reduction[])
        expectSame((x) => f(x, 1), [input], 1e-6);
  });

  it("are within a rounding of the exact sum, however many numbers there are", () => {
    for (const [rows, columns] of [
      [1, 300_001],
      [300_001, 1],
      [1009, 257],
      [3, 100_003],
      [100_003, 3],
    ] as const) {
      const x = floats(rows * columns, 7).map((value) => value + 1);
      const sum = new Float32Array(columns);
      addon().reduce(0, x, sum, 1, rows, columns, 1);
      const exact = new Float64Array(columns);
      x.forEach((value, i) => (exact[i % columns]! += value));
      const worst = sum.reduce((most, value, i) => Math.max(most, Math.abs(value / exact[i]! - 1)), 0);
      expect(worst).toBeLessThan(1e-7);
    }
  });

  it("have the same bits when repeated", () => {
    const x = floats(400_000, 9);
    for (const [outer, middle, inner] of [
      [1, 400_000, 1],
      [1, 4000, 100],
      [2, 2, 100_000],
      [40, 10_000, 1],
    ] as const) {
      const run = () => {
        const out = new Float32Array(outer * inner);
        addon().reduce(0, x, out, outer, middle, inner, 1);
        return out;
      };
      const first = run();
      for (let i = 0; i < 5; i++) expect(run().every((value, at) => value === first[at])).toBe(true);
    }
  });

  it("in random shapes", () => {
    const shape = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(shape, fc.nat(31), fc.boolean(), (dims, bits, keepDims) => {
        const axes = [...dims.keys()].filter((axis) => (bits >> axis) & 1);
        if (axes.length === 0) return;
        for (const [, f, tolerance] of reductions)
          expectSame((x) => f(x, axes, keepDims), [tensorOf(dims, bits, 3)], tolerance, 1);
      }),
      { numRuns: 40 },
    );
  });
});

describe("positions", () => {
  for (const [name, f] of [
    ["argMax", tf.argMax],
    ["argMin", tf.argMin],
  ] as const)
    it(`${name} is the first of equals, along every axis, and passes over NaN as the cpu backend does`, () => {
      for (const shape of shapes.filter((dims) => dims.length > 0 && !dims.includes(0)))
        for (const axis of shape.keys()) expectSame((x) => f(x, axis), [tensorOf(shape, 5)]);
      const values = floats(200, 1).map((value) => Math.round(value));
      expectSame((x) => f(x, 1), [{ values, shape: [2, 100] }]);
      for (const at of [0, 1, 50, 99]) expectSame((x) => f(x, 1), [{ values: values.with(at, NaN), shape: [2, 100] }]);
      for (const only of [Infinity, -Infinity, NaN])
        expectSame((x) => f(x), [{ values: new Float32Array(100).fill(only), shape: [100] }]);
    });
});

describe("wrong calls", () => {
  it("throw", () => {
    const [x, out, ints] = [new Float32Array(12), new Float32Array(4), new Int32Array(4)];
    const wrong = [
      () => addon().reduce(9, x, out, 1, 1, 1, 1),
      () => addon().reduce(0, x, out, 4, 4, 1, 1),
      () => addon().reduce(0, x, out, 5, 2, 1, 1),
      () => addon().reduce(0, x, x.subarray(2), 2, 2, 1, 1),
      () => addon().reduce(0, x, out, 2 ** 40, 2 ** 40, 2 ** 40, 1),
      () => addon().reduce(0, x, out, 1, 1.5, 1, 1),
      () => addon().argExtreme(true, x, ints, 4),
      () => addon().argExtreme(true, x, ints, 0),
      () => addon().argExtreme(1 as never, x, ints, 3),
    ];
    for (const call of wrong) expect(call).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
  });
});
