import { tf } from "../tensorflow.ts";

/** Computes off the tape: the result is a constant. TensorFlow.js has no `stopGradient`; it records while `gradientDepth` is positive. */
export function noGrad<T>(compute: () => T): T {
  return interceptor ? interceptor(() => offTape(compute)) : offTape(compute);
}

function offTape<T>(compute: () => T): T {
  const { state } = tf.engine();
  const depth = state.gradientDepth;
  state.gradientDepth = 0;
  try {
    return compute();
  } finally {
    state.gradientDepth = depth;
  }
}

/** Gets what would compute a constant, and gives the constant. */
export type ConstantInterceptor = <T>(compute: () => T) => T;
let interceptor: ConstantInterceptor | undefined;

/**
 * Runs `run` with every constant of `noGrad` and `stopGradient` handed to `by` first. For tests of gradients by finite
 * differences, which hold the constants of a run still in other runs.
 */
export function interceptConstants<T>(by: ConstantInterceptor, run: () => T): T {
  const outer = interceptor;
  interceptor = by;
  try {
    return run();
  } finally {
    interceptor = outer;
  }
}

/** The same values as a constant. */
export const stopGradient = <T extends tf.Tensor>(x: T): T => noGrad(() => tf.clone(x));
