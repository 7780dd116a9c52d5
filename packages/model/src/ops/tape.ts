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
 * Whether a gradient was computed by the backward pass that is going on, and not given to it. The engine reads such a one only to hand it
 * to the operation it belongs to, and then keeps it until the whole pass has ended.
 */
const isOfThisPass = (dy: tf.Tensor): boolean => dy.scopeId === tf.engine().state.activeScope.id;

/**
 * An operation with a gradient of its own, as tf.customGrad, but what is kept for the gradient is shared, not copied: tf.customGrad's `save`
 * clones, which on wasm would double the weights. What was kept, and `dy`, are freed as soon as they have been used; the tape frees what a
 * failed pass leaves.
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
    const gradFunc = (dy: tf.Tensor): tf.Tensor[] => {
      const gradients = tf.tidy(() => [...backward(dy, kept)]);
      tf.dispose([...kept]);
      if (isOfThisPass(dy)) dy.dispose();
      return gradients;
    };
    return { value: result.value, gradFunc };
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
