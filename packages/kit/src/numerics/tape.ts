import { tf } from "../tensorflow.ts";

/** Computes off the tape: the result is a constant. TensorFlow.js has no `stopGradient`; it records while `gradientDepth` is positive. */
export function noGrad<T>(compute: () => T): T {
  const { state } = tf.engine();
  const depth = state.gradientDepth;
  state.gradientDepth = 0;
  try {
    return compute();
  } finally {
    state.gradientDepth = depth;
  }
}

/** The same values as a constant. */
export const stopGradient = <T extends tf.Tensor>(x: T): T => noGrad(() => tf.clone(x));
