import { tf } from "@tokenwise/kit";

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

interface Differentiated {
  readonly value: tf.Scalar;
  /** Nothing where the value does not depend on the tensor. */
  readonly grads: readonly (tf.Tensor | null | undefined)[];
}

function differentiate(pass: () => tf.Scalar, trained: readonly tf.Tensor[]): Differentiated {
  try {
    return tf.engine().gradients(pass, [...trained], undefined, true);
  } catch (error) {
    abandonTape();
    throw error;
  }
}

/** TensorFlow.js frees what the tape saved only when the backward pass succeeds. */
function abandonTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved = [] } of (state.activeTape as typeof state.activeTape | null) ?? []) tf.dispose(saved);
  state.activeTape = null as unknown as typeof state.activeTape;
}
