import { tf } from "../tensorflow.ts";

export interface Differentiated {
  readonly value: tf.Scalar;
  /** Nothing where the value does not depend on the tensor. */
  readonly grads: readonly (tf.Tensor | null | undefined)[];
}

/** The value of `f` and its gradients with respect to `inputs`; nothing is left behind where `f` or its backward pass throws. */
export function differentiate(f: () => tf.Scalar, inputs: readonly tf.Tensor[]): Differentiated {
  try {
    return tf.tidy(() => tf.engine().gradients(f, [...inputs], undefined, true) as never);
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
