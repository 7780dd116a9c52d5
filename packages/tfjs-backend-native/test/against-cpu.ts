/** The same operation on this backend and on TensorFlow.js's `cpu`, whose results it must have. */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { addon } from "../src/addon.ts";
import "../src/index.ts";

export async function useNative(): Promise<void> {
  await tf.setBackend("cpu");
  await tf.setBackend("native");
  console.log(`instruction set: ${addon().instructionSet()}, threads: ${addon().threadCount()}`);
}

export interface Input {
  readonly values: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
}

const typeOf = ({ values }: Input): "float32" | "int32" | "bool" => {
  if (values instanceof Float32Array) return "float32";
  return values instanceof Int32Array ? "int32" : "bool";
};

interface Result {
  readonly values: readonly number[];
  readonly shape: readonly number[];
  readonly dtype: string;
}

type Operation = (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

export function runOn(backend: "cpu" | "native", operation: Operation, inputs: readonly Input[]): readonly Result[] {
  const before = tf.getBackend();
  void tf.setBackend(backend);
  try {
    const tensorsBefore = tf.memory().numTensors;
    const results = tf.tidy(() => {
      const outputs = operation(
        ...inputs.map((input) => tf.tensor(input.values.slice(), [...input.shape], typeOf(input))),
      );
      return [outputs].flat().map((output) => ({
        values: Array.from(output.dataSync()),
        shape: output.shape,
        dtype: output.dtype,
      }));
    });
    expect(tf.memory().numTensors).toBe(tensorsBefore);
    return results;
  } finally {
    void tf.setBackend(before);
  }
}

function isClose(got: number, expected: number, tolerance: number, least: number): boolean {
  if (Object.is(got, expected)) return true;
  return tolerance > 0 && Math.abs(got - expected) <= tolerance * Math.max(Math.abs(expected), least) + 1e-44;
}

/** @param tolerance  relative to the result, or to `least` if that is more; 0: the same bits */
export function expectSame(operation: Operation, inputs: readonly Input[], tolerance = 0, least = 0): void {
  const [expected, got] = [runOn("cpu", operation, inputs), runOn("native", operation, inputs)];
  expect(got.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  for (const [i, { values }] of expected.entries()) {
    const wrong = values.findIndex((value, at) => !isClose(got[i]!.values[at]!, value, tolerance, least));
    const what = () => `element ${wrong} of ${values.length}: ${got[i]!.values[wrong]}, on cpu ${values[wrong]}`;
    expect(wrong, wrong === -1 ? "" : what()).toBe(-1);
  }
}

/** Numbers around 0, the same for the same seed. */
export function floats(size: number, seed = 0, scale = 4): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * scale;
  });
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

export const tensorOf = (shape: readonly number[], seed = 0, scale = 4): Input => ({
  values: floats(sizeOf(shape), seed, scale),
  shape,
});

export const special = [
  ...[
    0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, 1e-40, -1e-40, 1.4e-45, 1.17549435e-38, 1e30, -1e30, 3.4028234e38, -3.4028234e38,
  ],
  ...[Infinity, -Infinity, NaN, 88.7, 88.8, -87.4, -103.9, -104.1, 16777217, 2147483648, -2147483648, 4294967296, 1e10],
];
