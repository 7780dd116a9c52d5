import { tf } from "../tensorflow.ts";

/** x[i, ids[i]] of x [n, V], as [n]. The gradient is a one-hot product: that of TensorFlow.js's gather is missing on wasm. */
export function pick(x: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  const [rows, vocabulary] = x.shape as [number, number];
  const column = tf.cast(ids, "int32") as tf.Tensor1D;
  const flat = tf.add(tf.mul(tf.range(0, rows, 1, "int32"), tf.scalar(vocabulary, "int32")), column);
  return tf.customGrad((values) => ({
    value: tf.gather(tf.reshape(values as tf.Tensor, [-1]), tf.cast(flat, "int32")),
    gradFunc: (dy: tf.Tensor) => tf.mul(tf.oneHot(column, vocabulary, 1, 0, "float32"), tf.reshape(dy, [-1, 1])),
  }))(x);
}
