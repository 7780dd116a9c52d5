import { tf } from "@tokenwise/kit";
import { expect } from "vitest";

/** Smooth deterministic values of order one, different for each salt. */
export function wave(shape: readonly number[], salt = 0, scale = 1): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => scale * Math.sin(1.7 * i + 0.31 * i * i + 2.3 * salt + 0.5)),
    [...shape],
  );
}

/** Σ y·c with fixed coefficients, summed in double precision on the host. */
function probe(y: tf.Tensor): number {
  return y.dataSync<"float32">().reduce((sum, value, i) => sum + value * Math.cos(0.9 * i + 0.4), 0);
}

/**
 * Compares the gradient of every element of every input with central differences, and checks that nothing leaks.
 *
 * @param compute  [inputs] → a tensor of any shape
 */
export function expectGradients(
  compute: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  tolerance = 2e-3,
): void {
  const step = 1e-2;
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const coefficients = (y: tf.Tensor) =>
      tf.tensor(
        Float32Array.from({ length: y.size }, (_, i) => Math.cos(0.9 * i + 0.4)),
        y.shape,
      );
    const gradients = tf.grads((...xs) => {
      const y = compute(...xs);
      return tf.sum(tf.mul(y, coefficients(y)));
    })([...inputs]);
    inputs.forEach((input, which) => {
      const values = input.dataSync<"float32">().slice();
      const actual = gradients[which]!.dataSync<"float32">();
      const expected = Float64Array.from(values, (value, i) => {
        const at = (shifted: number) =>
          tf.tidy(() => {
            const changed = values.slice();
            changed[i] = shifted;
            return probe(compute(...inputs.map((other, j) => (j === which ? tf.tensor(changed, input.shape) : other))));
          });
        return (at(value + step) - at(value - step)) / (Math.fround(value + step) - Math.fround(value - step));
      });
      const scale = Math.max(1e-3, ...expected.map(Math.abs));
      expected.forEach((value, i) => {
        expect(
          Math.abs(value - actual[i]!) / scale,
          `input ${which}, element ${i}: ${actual[i]} instead of ${value}`,
        ).toBeLessThan(tolerance);
      });
    });
  });
  expect(tf.memory().numTensors).toBe(before);
}
