import { tf } from "@tokenwise/kit";
import { runOperation, type Operation } from "./fused.ts";

/** Kernel FusedSwiGLU: inputs gate [N,F], up [N,F]; no attributes; keeps both. */
const operation: Operation<Record<never, never>> = {
  kernel: "FusedSwiGLU",
  inputs: ["gate", "up"],
  keeps: ["gate", "up"],
  forward: ({ gate, up }) => [tf.mul(tf.mul(gate!, tf.sigmoid(gate!)), up!)],
  backward: ({ dy, gate, up }) => {
    // d silu(g)/dg = σ + g·σ·(1 − σ) = σ + silu·(1 − σ)
    const sigmoid = tf.sigmoid(gate!);
    const silu = tf.mul(gate!, sigmoid);
    const slope = tf.add(sigmoid, tf.sub(silu, tf.mul(silu, sigmoid)));
    return [tf.mul(tf.mul(dy!, up!), slope), tf.mul(dy!, silu)];
  },
};

/** silu(gate) · up: [N,F] → [N,F]. */
export const swiGlu = (gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D =>
  runOperation(operation, { gate, up }, {}, {}) as tf.Tensor2D;
