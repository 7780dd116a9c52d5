/** What the tests of fused kernels share. */
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { addon } from "../../src/addon.ts";

/** The outputs of a kernel of the current backend. */
export function run(name: string, inputs: Readonly<Record<string, tf.Tensor>>, attributes: object = {}): tf.Tensor[] {
  const outputs = tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(name, inputs, attributes as tf.NamedAttrMap);
  return Array.isArray(outputs) ? outputs : [outputs];
}

/** The numbers of the outputs of a kernel, which are disposed of. */
export function valuesOf(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: object = {},
): Float32Array[] {
  const outputs = run(name, inputs, attributes);
  const values = outputs.map((output) => output.dataSync<"float32">().slice());
  tf.dispose(outputs);
  return values;
}

/** Float32 numbers between −2 and 2, the same for the same seed. */
export function wave(length: number, seed = 0): Float32Array {
  return new Float32Array(length).map((_, i) => 2 * Math.sin(12.9898 * (i + 1) + 78.233 * seed));
}

/** Equal up to tolerance·max(1, |expected|); infinities and NaN in the same places. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    if (Object.is(a, e) || a === e) continue;
    if (!(Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e)))) expect.fail(`at ${i}: ${a}, expected ${e}`);
  }
}

/** The gradient of Σ dy·f(input), by central differences in double precision. */
export function slopes(
  f: (input: Float64Array) => Float64Array,
  input: ArrayLike<number>,
  dy: ArrayLike<number>,
): Float64Array {
  const at = Float64Array.from(input);
  const step = 1e-5;
  const value = (i: number, x: number) => {
    const kept = at[i]!;
    at[i] = x;
    const sum = f(at).reduce((total, y, k) => total + y * dy[k]!, 0);
    at[i] = kept;
    return sum;
  };
  return Float64Array.from(at, (x, i) => (value(i, x + step) - value(i, x - step)) / (2 * step));
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength);

/** Whether the arrays have the same bits; of millions of numbers too. */
export const haveSameBits = (a: readonly Float32Array[], b: readonly Float32Array[]): boolean =>
  a.length === b.length && a.every((values, i) => bytesOf(values).equals(bytesOf(b[i]!)));

/** The results with each number of threads. */
export function withThreads<T>(counts: readonly number[], compute: () => T): T[] {
  const before = addon().threadCount();
  try {
    return counts.map((count) => {
      addon().setThreadCount(count);
      return compute();
    });
  } finally {
    addon().setThreadCount(before);
  }
}

/** As tf.tidy, which looks for tensors among all the numbers of what it returns. */
export function tidied<T>(compute: () => T): T {
  let result: { readonly value: T } | undefined;
  tf.tidy(() => {
    result = { value: compute() };
  });
  return result!.value;
}
