import { tf } from "../src/index.ts";

/**
 * The largest difference between the gradient of a scalar function and its central differences, relative to the largest
 * entry. float32: some 1e-4 for functions of order 1.
 */
export function gradientError(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, step = 1e-2): number {
  return tf.tidy(() => {
    const scalar = (values: tf.Tensor): tf.Scalar => tf.sum(f(values));
    const analytic = tf.grad(scalar)(x).dataSync();
    const values = Float32Array.from(x.dataSync());
    const numeric = values.map((value, index) => {
      const at = (shifted: number): number => {
        const moved = Float32Array.from(values);
        moved[index] = shifted;
        return scalar(tf.tensor(moved, x.shape)).dataSync()[0]!;
      };
      return (at(value + step) - at(value - step)) / (2 * step);
    });
    const scale = Math.max(1e-6, ...numeric.map(Math.abs));
    return Math.max(...numeric.map((slope, index) => Math.abs(slope - analytic[index]!))) / scale;
  });
}
