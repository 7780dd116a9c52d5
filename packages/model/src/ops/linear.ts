import { tf } from "@tokenwise/kit";
import { runBackward, runForward, runOperation, type Operation } from "./fused.ts";
import { product } from "./product.ts";
import { differentiable, shared } from "./tape.ts";

/**
 * Kernel FusedLinear: inputs x [N,in], weight [out,in], bias [out] (optional), residual [N,out] (optional); no attributes; keeps x, weight and bias.
 * The gradient by the residual is dy, and none of the kernel's.
 */
const operation: Operation<Record<never, never>> = {
  kernel: "FusedLinear",
  inputs: ["x", "weight", "bias"],
  keeps: ["x", "weight", "bias"],
  forward: ({ x, weight, bias, residual }) => {
    let y = product(x!, weight!, { transposeB: true });
    if (bias !== undefined) y = tf.add(y, bias);
    return [residual === undefined ? y : tf.add(y, residual)];
  },
  backward: ({ dy, x, weight, bias }) => {
    // As a right operand on wasm the weight itself would keep a packed copy for as long as it lives; a copy of it does not.
    const right = tf.getBackend() === "wasm" ? tf.mul(weight!, 1) : weight!;
    const gradients = [product(dy!, right), product(dy!, x!, { transposeA: true })];
    return bias === undefined ? gradients : [...gradients, tf.sum(dy!, 0)];
  },
};

/** x·weightᵀ + bias: x [N,in], weight [out,in] as Hugging Face stores it, bias [out] → [N,out]. */
export const linear = (x: tf.Tensor2D, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor2D =>
  runOperation(operation, { x, weight, bias }, {}, {}) as tf.Tensor2D;

/** residual + x·weightᵀ + bias: residual [N,out], the others as in `linear` → [N,out]. */
export function addedLinear(
  residual: tf.Tensor2D,
  x: tf.Tensor2D,
  weight: tf.Tensor,
  bias: tf.Tensor | undefined,
): tf.Tensor2D {
  const inputs = { x, weight, ...(bias && { bias }) };
  return differentiable(
    [residual, ...Object.values(inputs)],
    () => ({ value: runForward(operation, { ...inputs, residual }, {})[0]!, keep: Object.values(inputs) }),
    (dy, [x, weight, bias]) => [
      shared(dy),
      ...runBackward(operation, { dy, x: x!, weight: weight!, ...(bias && { bias }) }, [], {}),
    ],
  ) as tf.Tensor2D;
}

/** x·weightᵀ off the tape, for callers with a gradient of their own. */
export const linearForward = (x: tf.Tensor2D, weight: tf.Tensor): tf.Tensor2D =>
  runForward(operation, { x, weight }, {})[0] as tf.Tensor2D;

/** [dx, dWeight] of x·weightᵀ. */
export const linearBackward = (dy: tf.Tensor, x: tf.Tensor2D, weight: tf.Tensor): readonly [tf.Tensor, tf.Tensor] =>
  runBackward(operation, { dy, x, weight }, [], {}) as [tf.Tensor, tf.Tensor];
