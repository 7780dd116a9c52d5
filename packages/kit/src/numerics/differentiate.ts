import { TokenwiseError } from "../errors.ts";
import { tf } from "../tensorflow.ts";

export interface Differentiated {
  readonly value: tf.Scalar;
  /** Nothing where the value does not depend on the tensor. */
  readonly grads: readonly (tf.Tensor | null | undefined)[];
}

/**
 * The value of `f` and its gradients with respect to `inputs`; nothing is left behind where `f` or its backward pass throws.
 *
 * @throws TW_E_NO_GRADIENT  if an operation between `inputs` and the value has none.
 */
export function differentiate(f: () => tf.Scalar, inputs: readonly tf.Tensor[]): Differentiated {
  try {
    return tf.tidy(() => tf.engine().gradients(f, [...inputs], undefined, true) as never);
  } catch (error) {
    abandonTape();
    throw withoutGradient(error) ?? error;
  }
}

/** TensorFlow.js finds out in the backward pass, when nothing tells any more which part of a method it was. */
function withoutGradient(cause: unknown): TokenwiseError | undefined {
  const operation = /gradient function not found for (\w+)/.exec(String(cause))?.[1];
  if (operation === undefined) return undefined;
  return new TokenwiseError(
    "TW_E_NO_GRADIENT",
    `TensorFlow.js has no gradient of "${operation}", through which the loss depends on the model`,
    {
      hint: "give it constants, by stopGradient(x); the condition of a where, too. A weight that is no constant may have been meant as one",
      cause,
    },
  );
}

/** TensorFlow.js frees what the tape saved only when the backward pass succeeds. */
function abandonTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved = [] } of (state.activeTape as typeof state.activeTape | null) ?? []) tf.dispose(saved);
  state.activeTape = null as unknown as typeof state.activeTape;
}
