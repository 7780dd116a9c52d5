import fc from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { haveSameBits, tidied, valuesOf, wave, withThreads } from "../../test/support/fused.ts";
import "../index.ts";

const gathered = (table: Float32Array, width: number, ids: readonly number[]) =>
  new Float32Array(ids.length * width).map((_, i) => table[ids[Math.floor(i / width)]! * width + (i % width)]!);

/** In single precision and in the order of the ids, so that the bits must agree. */
function scattered(rows: number, width: number, x: Float32Array, ids: readonly number[]): Float32Array {
  const sums = new Float32Array(rows * width);
  ids.forEach((id, n) => {
    for (let d = 0; d < width; d++) sums[id * width + d]! += x[n * width + d]!;
  });
  return sums;
}

const gather = (table: Float32Array, rows: number, width: number, ids: readonly number[]) =>
  tidied(
    () =>
      valuesOf("FusedEmbedding", {
        weight: tf.tensor2d(table, [rows, width]),
        ids: tf.tensor1d([...ids], "int32"),
      })[0]!,
  );

const scatter = (x: Float32Array, rows: number, width: number, ids: readonly number[]) =>
  tidied(
    () =>
      valuesOf(
        "FusedEmbeddingGrad",
        { dy: tf.tensor2d(x, [ids.length, width]), ids: tf.tensor1d([...ids], "int32") },
        { vocabularySize: rows },
      )[0]!,
  );

function check(rows: number, width: number, ids: readonly number[]): void {
  const [table, x] = [wave(rows * width), wave(ids.length * width, 1)];
  expect(haveSameBits([gather(table, rows, width, ids)], [gathered(table, width, ids)])).toBe(true);
  expect(haveSameBits([scatter(x, rows, width, ids)], [scattered(rows, width, x, ids)])).toBe(true);
}

describe("FusedEmbedding", () => {
  beforeAll(() => tf.setBackend("native"));

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 65])(
    "gathers rows of %i numbers and adds them up again",
    (width) => {
      check(6, width, [5, 0, 0, 3, 5, 5]);
    },
  );

  it("gathers and adds up random rows", () => {
    const cases = fc
      .record({ rows: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 40 }) })
      .chain(({ rows, width }) =>
        fc.record({
          rows: fc.constant(rows),
          width: fc.constant(width),
          ids: fc.array(fc.nat(rows - 1), { maxLength: 20 }),
        }),
      );
    fc.assert(
      fc.property(cases, ({ rows, width, ids }) => check(rows, width, ids)),
      { numRuns: 60 },
    );
  });

  it("takes no ids, and rows of nothing", () => {
    check(3, 5, []);
    check(3, 0, [1, 2]);
    expect(scatter(new Float32Array(0), 0, 4, [])).toEqual(new Float32Array(0));
  });

  it("infinities and NaN stay in their rows", () => {
    const x = Float32Array.of(Infinity, 1, NaN, 2, -Infinity, 3);
    expect(scatter(x, 4, 2, [2, 0, 2])).toEqual(Float32Array.of(NaN, 2, 0, 0, NaN, 4, 0, 0));
    expect(gather(x, 3, 2, [1, 0])).toEqual(Float32Array.of(NaN, 2, Infinity, 1));
  });

  it("gives the same bits for any number of threads, however unevenly the ids fall", () => {
    const [rows, width, count] = [3000, 65, 5000];
    const ids = Array.from({ length: count }, (_, n) => (n % 3 === 0 ? 7 : (n * 7919) % rows));
    withThreads([2, 1, 3, 8], () => check(rows, width, ids));
  });

  it("refuses ids beyond the table", () => {
    for (const id of [-1, 4, 2 ** 30])
      for (const wrong of [() => gather(wave(8), 4, 2, [0, id]), () => scatter(wave(4), 4, 2, [0, id])])
        expect(wrong).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
  });
});
