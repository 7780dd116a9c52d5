import { tf } from "@tokenwise/kit";
import { runBackward, runForward, runOperation, type Operation } from "./fused.ts";
import { product } from "./product.ts";

/** Kernel FusedLinear: inputs x [N,in], weight [out,in], bias [out] (optional); no attributes; keeps x and weight. */
const operation: Operation<Record<never, never>> = {
  kernel: "FusedLinear",
  inputs: ["x", "weight", "bias"],
  keeps: ["x", "weight", "bias"],
  forward: ({ x, weight, bias }) => {
    const y = product(x!, weight!, { transposeB: true });
    return [bias === undefined ? y : tf.add(y, bias)];
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

/** x·weightᵀ off the tape, for callers with a gradient of their own. */
export const linearForward = (x: tf.Tensor2D, weight: tf.Tensor): tf.Tensor2D =>
  runForward(operation, { x, weight }, {})[0] as tf.Tensor2D;

/** [dx, dWeight] of x·weightᵀ. */
export const linearBackward = (dy: tf.Tensor, x: tf.Tensor2D, weight: tf.Tensor): readonly [tf.Tensor, tf.Tensor] =>
  runBackward(operation, { dy, x, weight }, [], {}) as [tf.Tensor, tf.Tensor];
