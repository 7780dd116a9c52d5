import { tf } from "../tensorflow.ts";

/**
 * x[i, ids[i]], the entry of each row that was taken.
 *
 * @param x    [n, V]
 * @param ids  [n], integers in [0, V), of any number type.
 * @returns [n]. The gradient is a one-hot product: that of TensorFlow.js's gather is missing on wasm.
 */
export function pick(x: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  const [rows, vocabulary] = x.shape as [number, number];
  return tf.customGrad((values, save) => {
    const column = tf.cast(ids, "int32") as tf.Tensor1D;
    (save as tf.GradSaveFunc)([column]); // what is not saved is disposed of before the backward pass
    const flat = tf.add(tf.mul(tf.range(0, rows, 1, "int32"), tf.scalar(vocabulary, "int32")), column);
    return {
      value: tf.gather(tf.reshape(values as tf.Tensor, [-1]), tf.cast(flat, "int32")),
      gradFunc(dy: tf.Tensor, [saved]: tf.Tensor[]) {
        if (vocabulary === 1) return tf.reshape(dy, [-1, 1]); // oneHot refuses a depth of 1
        // Asked for float32, oneHot on wasm writes the bits of integers: cast them.
        const taken = tf.cast(tf.oneHot(saved as tf.Tensor1D, vocabulary), "float32");
        return tf.mul(taken, tf.reshape(dy, [-1, 1]));
      },
    };
  })(x);
}
