import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { expectSame, floats, runOn, tensorOf, useNative, type Input } from "../../../test/against-cpu.ts";
import { addon } from "../../addon.ts";

beforeAll(useNative);

const ints = (values: readonly number[], shape: readonly number[] = [values.length]): Input => ({
  values: Int32Array.from(values),
  shape,
});

const ids = (count: number, below: number, seed = 1): readonly number[] =>
  Array.from(floats(count, seed, 1), (x) => Math.floor((x + 0.5) * below) % below);

describe("gather", () => {
  it("picks rows along every axis, with batches, in every type", () => {
    const values = floats(4 * 5 * 6, 1, 100);
    for (const typed of [values, Int32Array.from(values), Uint8Array.from(values, (x) => Number(x > 0))]) {
      const x: Input = { values: typed, shape: [4, 5, 6] };
      for (const axis of [0, 1, 2, -1]) {
        expectSame((t, i) => tf.gather(t, i, axis), [x, ints([3, 0, 3, 1])]);
        expectSame((t, i) => tf.gather(t, i, axis), [x, ints([3, 0, 3, 1, 2, 2], [2, 3])]);
      }
      expectSame((t, i) => tf.gather(t, i, 1, 1), [x, ints(ids(8, 5), [4, 2])]);
      expectSame((t, i) => tf.gather(t, i, 2, 1), [x, ints(ids(8, 6), [4, 2])]);
      expectSame((t, i) => tf.gather(t, i), [x, ints([])]);
    }
    expectSame((t, i) => tf.gather(t, i), [tensorOf([1000]), ints(ids(40_000, 1000))]);
    expectSame((t, i) => tf.gather(t, i), [tensorOf([50, 300]), ints(ids(400, 50))]);
  });

  it("refuses an index outside of the axis in TensorFlow.js's words", () => {
    const inputs = [tensorOf([3, 2]), ints([0, 3])];
    expect(() => runOn("native", (t, i) => tf.gather(t, i), inputs)).toThrow(
      "GatherV2: the index value 3 is not in [0, 2]",
    );
  });

  it("by several indices", () => {
    for (const input of [tensorOf([4, 5, 6], 1), ints(ids(120, 99), [4, 5, 6])]) {
      expectSame((t, i) => tf.gatherND(t, i), [input, ints([3, 0, 1, 4], [2, 2])]);
      expectSame((t, i) => tf.gatherND(t, i), [input, ints([3, 0, 1], [3, 1])]);
      expectSame((t, i) => tf.gatherND(t, i), [input, ints([3, 0, 1, 2, 2, 2], [2, 1, 3])]);
    }
  });
});

/** Sums in double. */
function summed(x: Float32Array, rows: readonly number[], count: number, length: number): Float64Array {
  const out = new Float64Array(count * length);
  rows.forEach((row, i) => {
    for (let c = 0; c < length; c++) if (row >= 0 && row < count) out[row * length + c]! += x[i * length + c]!;
  });
  return out;
}

describe("scatter", () => {
  it("adds what goes to the same place", () => {
    expectSame((i, u) => tf.scatterND(i, u, [5]), [ints([1, 3, 1], [3, 1]), tensorOf([3])], 1e-6);
    expectSame((i, u) => tf.scatterND(i, u, [4, 3]), [ints([1, 3, 1], [3, 1]), tensorOf([3, 3])], 1e-6);
    expectSame((i, u) => tf.scatterND(i, u, [4, 5]), [ints([1, 3, 0, 4, 1, 3], [3, 2]), tensorOf([3])], 1e-6);
    expectSame((i, u) => tf.scatterND(i, u, [4]), [ints([1, 3], [2, 1]), ints([5, 6])]);
  });

  it("sums segments as the cpu backend does, and leaves out ids that are no segment", () => {
    const rows = [0, 2, 2, 5, -1, 2];
    expectSame((x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 4), [tensorOf([6, 3]), ints(rows)], 1e-6);
    expectSame((x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 4), [tensorOf([6]), ints(rows)], 1e-6);
    expectSame((x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 3), [tensorOf([6, 2, 2]), ints(rows)], 1e-6);
  });

  it("an infinity in one segment stays there", () => {
    const x: Input = { values: Float32Array.from([Infinity, 1, 2]), shape: [3] };
    const [got] = runOn("native", (t, i) => tf.unsortedSegmentSum(t, i as tf.Tensor1D, 2), [x, ints([0, 1, 1])]);
    expect(got!.values).toEqual([Infinity, 3]);
  });

  it("is within a rounding of the exact sums, with the same bits on every number of threads", () => {
    const threads = addon().threadCount();
    const size = fc.integer({ min: 1, max: 700 });
    try {
      fc.assert(
        fc.property(size, fc.integer({ min: 1, max: 60 }), size, fc.nat(), (count, rows, length, seed) => {
          const x = floats(count * length, seed).map((value) => value + 3);
          const places = ids(count, rows + 1, seed);
          const exact = summed(x, places, rows, length);
          const first = new Float32Array(rows * length).fill(NaN);
          addon().setThreadCount(1);
          addon().scatterAdd(x, Int32Array.from(places), first, rows, length);
          expect(first.every((value, i) => Math.abs(value - exact[i]!) <= 1e-7 * exact[i]!)).toBe(true);
          for (const number of [2, 3]) {
            addon().setThreadCount(number);
            const again = new Float32Array(rows * length).fill(NaN);
            addon().scatterAdd(x, Int32Array.from(places), again, rows, length);
            expect(again.every((value, i) => value === first[i])).toBe(true);
          }
        }),
        { numRuns: 30 },
      );
    } finally {
      addon().setThreadCount(threads);
    }
  });
});

describe("wrong calls", () => {
  it("throw", () => {
    const [x, out, rows] = [new Float32Array(12), new Float32Array(12), Int32Array.from([0, 2])];
    const wrong = [
      () => addon().gather(x, Int32Array.from([4]), out, 1, 1, 4, 1, 3),
      () => addon().gather(x, Int32Array.from([-1]), out, 1, 1, 4, 1, 3),
      () => addon().gather(x, rows, out, 1, 1, 5, 2, 3),
      () => addon().gather(x, rows, out, 1, 1, 4, 3, 3),
      () => addon().gather(x, rows, out.subarray(7), 1, 1, 4, 2, 3),
      () => addon().gather(x, rows, x, 1, 1, 4, 2, 3),
      () => addon().gather(x, rows, new Uint8Array(12), 1, 1, 4, 2, 3),
      () => addon().gather(x, rows, out, 2 ** 40, 2 ** 40, 4, 2, 3),
      () => addon().scatterAdd(x, rows, out, 5, 3),
      () => addon().scatterAdd(x.subarray(7), rows, out, 4, 3),
      () => addon().scatterAdd(x, rows, x, 4, 3),
    ];
    for (const call of wrong) expect(call).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
  });
});
