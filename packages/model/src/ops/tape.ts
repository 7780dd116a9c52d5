import { tf } from "@tokenwise/kit";

/**
 * Runs a computation that differentiates (tf.grad, tf.grads) inside the gradient of another: the inner one would dispose of and drop the
 * outer tape, so it is set aside meanwhile.
 */
export function restoringTape<T>(compute: () => T): T {
  const { state } = tf.engine();
  const tape = state.activeTape;
  state.activeTape = [];
  try {
    return compute();
  } finally {
    state.activeTape = tape;
  }
}
