import { differentiate, tf } from "@tokenwise/kit";

export type Gradients = readonly tf.Tensor[];

/**
 * Adds the gradients of `pass` with respect to `trained` to `sums`, which it consumes. What `pass` does not depend on
 * has gradient 0.
 */
export function accumulate(sums: Gradients, pass: () => tf.Scalar, trained: readonly tf.Tensor[]): Gradients {
  const { value, grads } = differentiate(pass, trained);
  value.dispose();
  return trained.map((tensor, index) => {
    const [sum, gradient] = [sums[index], grads[index]];
    if (!gradient) return sum ?? tf.zerosLike(tensor);
    if (!sum) return gradient;
    const total = tf.add(sum, gradient);
    sum.dispose();
    gradient.dispose();
    return total;
  });
}
