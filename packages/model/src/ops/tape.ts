import { tf } from "@tokenwise/kit";

/** Another tensor over the same numbers. tf.clone copies them on wasm; reshape does so nowhere. */
export const shared = <T extends tf.Tensor>(x: T): T => tf.reshape(x, x.shape) as T;

/** Whether what is computed now is recorded for a gradient. */
export function isRecording(): boolean {
  const { gradientDepth, kernelDepth } = tf.engine().state;
  return gradientDepth > 0 && kernelDepth === 0;
}

export interface Forward {
  readonly value: tf.Tensor;
  /** What the gradient needs again. */
  readonly keep: readonly tf.Tensor[];
}

/**
 * An operation with a gradient of its own, as tf.customGrad, but what is kept for the gradient is shared, not copied: tf.customGrad's `save`
 * clones, which on wasm would double the weights. As with `save`, the tape frees what was kept once the gradients are computed.
 *
 * @param forward   runs off the tape; may read `inputs` and any constant
 * @param backward  one gradient for each input
 */
export function differentiable(
  inputs: readonly tf.Tensor[],
  forward: () => Forward,
  backward: (dy: tf.Tensor, kept: readonly tf.Tensor[]) => readonly tf.Tensor[],
): tf.Tensor {
  const records = isRecording();
  let kept: readonly tf.Tensor[] = [];
  const value = tf.customGrad(() => {
    const result = forward();
    if (records) kept = result.keep.map((tensor) => tf.keep(shared(tensor)));
    return { value: result.value, gradFunc: (dy: tf.Tensor) => tf.tidy(() => [...backward(dy, kept)]) };
  })(...inputs);
  if (records)
    tf.engine()
      .state.activeTape.at(-1)
      ?.saved?.push(...kept);
  return value;
}

/**
 * Runs a computation that differentiates (tf.grad, tf.grads) inside the gradient of another: the inner one would dispose of and drop the
 * outer tape, so it is set aside meanwhile.
 */
export function restoringTape<T>(compute: () => T): T {
  const { state } = tf.engine();
  const tape = state.activeTape;
  try {
    return compute();
  } finally {
    state.activeTape = tape;
  }
}
