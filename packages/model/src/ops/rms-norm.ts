import { tf } from "@tokenwise/kit";
import { runOperation, type Operation } from "./fused.ts";

interface Attributes {
  readonly epsilon: number;
}

/** Kernel FusedRMSNorm: inputs x [N,D], weight [D]; attribute epsilon; keeps x and weight. The composite's extra is r = 1/√(mean x² + ε) [N,1]. */
const operation: Operation<Attributes> = {
  kernel: "FusedRMSNorm",
  inputs: ["x", "weight"],
  keeps: ["x", "weight"],
  forward: ({ x, weight }, { epsilon }) => {
    const r = tf.rsqrt(tf.add(tf.mean(tf.square(x!), -1, true), epsilon));
    return [tf.mul(tf.mul(x!, r), weight!), r];
  },
  backward: ({ dy, x, weight }, [r]) => {
    const normed = tf.mul(x!, r!);
    const gradient = tf.mul(dy!, normed);
    const mean = tf.mean(tf.mul(gradient, weight!), -1, true);
    const dx = tf.mul(tf.sub(tf.mul(dy!, weight!), tf.mul(normed, mean)), r!);
    return [dx, tf.sum(gradient, 0)];
  },
};

/** x / √(mean x² + ε) · weight over the last axis: x [N,D], weight [D] → [N,D]. */
export const rmsNorm = (x: tf.Tensor2D, weight: tf.Tensor, epsilon: number): tf.Tensor2D =>
  runOperation(operation, { x, weight }, {}, { epsilon }) as tf.Tensor2D;
