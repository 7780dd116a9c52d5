import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { addon } from "../addon.ts";
import "../index.ts";

beforeAll(async () => {
  await tf.setBackend("native");
  console.log(`instruction set: ${addon().instructionSet()}, threads: ${addon().threadCount()}`);
});

/** Of one row, in double precision. */
function exactLogSoftmax(row: ArrayLike<number>): number[] {
  const values = Array.from(row);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const logSum = Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
  return values.map((value) => value - most - logSum);
}

const expectClose = (actual: ArrayLike<number>, expected: readonly number[], tolerance = 2e-6) => {
  expect(actual.length).toBe(expected.length);
  const wrong = expected.findIndex((value, i) => {
    const got = actual[i]!;
    return !(Object.is(got, value) || Math.abs(got - value) <= tolerance * Math.max(1, Math.abs(value)));
  });
  expect(wrong, `element ${wrong}: ${actual[wrong]} instead of ${expected[wrong]}`).toBe(-1);
};

const rowsOf = (values: Float32Array, columns: number): Float32Array[] =>
  Array.from({ length: values.length / columns }, (_, r) => values.subarray(r * columns, (r + 1) * columns));

function run(values: Float32Array, columns: number) {
  const rows = values.length / columns;
  const [logProbs, probabilities] = [new Float32Array(values.length), new Float32Array(values.length)];
  addon().logSoftmax(values, rows, columns, logProbs);
  addon().softmax(values, rows, columns, probabilities);
  return { logProbs, probabilities };
}

function expectExact(values: Float32Array, columns: number): void {
  const expected = rowsOf(values, columns).flatMap(exactLogSoftmax);
  const { logProbs, probabilities } = run(values, columns);
  expectClose(logProbs, expected);
  expectClose(probabilities, expected.map(Math.exp));
}

const wave = (length: number, scale: number) =>
  Float32Array.from({ length }, (_, i) => scale * Math.sin(1.7 * i + 0.31 * (i % 977) ** 2));

describe("softmax along the last axis", () => {
  it("is that of double precision for rows of any length", () => {
    for (const columns of [1, 2, 3, 15, 16, 17, 63, 64, 65, 1023, 1024, 1025, 2049, 50_000])
      for (const rows of [1, 3]) expectExact(wave(rows * columns, 5), columns);
  });

  it("is that of double precision for random shapes and scales", () => {
    const shape = fc.record({ rows: fc.integer({ min: 1, max: 9 }), columns: fc.integer({ min: 1, max: 3000 }) });
    fc.assert(
      fc.property(shape, fc.constantFrom(0.01, 1, 30, 1e4), ({ rows, columns }, scale) => {
        expectExact(wave(rows * columns, scale), columns);
      }),
      { numRuns: 40 },
    );
  });

  it("loses no mass over 50,000 equal numbers", () => {
    const [columns, value] = [50_000, 0.3];
    const { logProbs, probabilities } = run(new Float32Array(columns).fill(value), columns);
    expectClose(logProbs, Array<number>(columns).fill(-Math.log(columns)), 2e-7);
    expect(Math.abs(probabilities[0]! * columns - 1)).toBeLessThan(3e-7);
  });

  it("takes the largest number from anywhere in the row", () => {
    for (const at of [0, 1500, 2999]) {
      const row = wave(3000, 1);
      row[at] = 1e4;
      expectExact(row, row.length);
    }
  });

  it("gives -Infinity no probability", () => {
    const row = wave(3000, 1).map((value, i) => (i < 1500 || i % 3 === 0 ? -Infinity : value));
    expectExact(row, row.length);
  });

  it("is NaN for a row that holds NaN, Infinity or nothing but -Infinity, and for no other", () => {
    const bad = [NaN, Infinity].map((value) => wave(40, 1).fill(value, 7, 8));
    bad.push(new Float32Array(40).fill(-Infinity).fill(NaN, 0, 1), new Float32Array(40).fill(NaN));
    for (const row of [...bad, new Float32Array(40).fill(-Infinity)]) {
      const { logProbs, probabilities } = run(Float32Array.of(...row, ...wave(40, 1)), 40);
      expect(logProbs.subarray(0, 40).every(Number.isNaN)).toBe(true);
      expect(probabilities.subarray(0, 40).some(Number.isNaN)).toBe(true);
      expectClose(logProbs.subarray(40), exactLogSoftmax(wave(40, 1)));
    }
  });

  it("has the gradient dy − softmax·Σ dy", () => {
    for (const [rows, columns] of [
      [1, 1],
      [2, 17],
      [3, 2500],
      [1, 50_000],
    ] as const) {
      const { logProbs } = run(wave(rows * columns, 4), columns);
      const dy = wave(rows * columns, 1).map((value) => value + 0.1);
      const dx = new Float32Array(rows * columns);
      addon().logSoftmaxGradient(dy, logProbs, rows, columns, dx);
      const expected = rowsOf(dy, columns).flatMap((row, r) => {
        const sum = row.reduce((total, value) => total + value, 0);
        return Array.from(row, (value, i) => value - Math.exp(logProbs[r * columns + i]!) * sum);
      });
      expectClose(dx, expected);
    }
  });

  it("runs as TensorFlow.js's softmax, of any rank and of integers, and as the fused kernel with its gradient", () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const x = tf.tensor3d([...wave(24, 3)], [2, 3, 4]);
      const expected = rowsOf(x.dataSync<"float32">(), 4).flatMap(exactLogSoftmax);
      expectClose(tf.softmax(x).dataSync(), expected.map(Math.exp));
      expectClose(tf.engine().runKernel<tf.Tensor>("LogSoftmax", { logits: x }, { axis: -1 }).dataSync(), expected);
      const integers = tf.tensor1d([1, 2, 3], "int32");
      const ofIntegers = tf.engine().runKernel<tf.Tensor>("Softmax", { logits: integers }, { dim: -1 });
      expectClose(ofIntegers.dataSync(), exactLogSoftmax([1, 2, 3]).map(Math.exp));
      const [output, extra0] = tf.engine().runKernel<tf.Tensor[]>("FusedLogSoftmax", { x }) as [tf.Tensor, tf.Tensor];
      expectClose(output.dataSync(), expected);
      output.dispose();
      const [dx] = tf.engine().runKernel<tf.Tensor[]>("FusedLogSoftmaxGrad", { dy: tf.onesLike(x), extra0 });
      expectClose(dx!.dataSync(), expected.map((value) => 1 - 4 * Math.exp(value))); // prettier-ignore
    });
    expect(tf.memory().numTensors).toBe(before);
    expect(() => tf.engine().runKernel("LogSoftmax", { logits: tf.zeros([2, 2]) }, { axis: 0 })).toThrow("last axis");
    tf.disposeVariables();
  });

  it("refuses wrong arguments", () => {
    const numbers = new Float32Array(8);
    const apart = () => new Float32Array(8);
    const wrong = [
      () => addon().softmax(numbers, 2, 5, apart()),
      () => addon().softmax(numbers, 2, 4, new Float32Array(7)),
      () => addon().softmax(numbers, 2, 4, numbers),
      () => addon().logSoftmax(numbers, -1, 4, apart()),
      () => addon().logSoftmax(numbers, 2 ** 30, 2 ** 30, apart()),
      () => addon().logSoftmax(new Float64Array(8) as never, 2, 4, apart()),
      () => addon().logSoftmaxGradient(numbers, apart(), 2, 4, numbers),
      () => addon().logSoftmaxGradient(numbers, apart(), 3, 4, apart()),
    ];
    for (const call of wrong) expect(call).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
  });
});
