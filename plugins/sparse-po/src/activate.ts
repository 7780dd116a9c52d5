import { noGrad, tf, type PerToken } from "@tokenwise/kit";

/**
 * What becomes of raw values of masks, [B, T] or [K, B, T]. "rescale": (x − min) / (max − min) over each response, 0 outside;
 * min and max are constants, as released. Where all of a response is equal it is 1: nothing tells its tokens apart.
 */
export function activate(kind: string, x: tf.Tensor, responseMask: PerToken): tf.Tensor {
  if (kind !== "rescale") return kind === "relu" ? tf.relu(x) : x;
  const orElse = (value: number): tf.Tensor => tf.where(tf.greater(responseMask, 0), x, tf.fill(x.shape, value));
  const low = noGrad(() => tf.min(orElse(1e30), -1, true));
  const range = noGrad(() => tf.sub(tf.max(orElse(-1e30), -1, true), low));
  const flat = tf.cast(tf.equal(range, 0), "float32");
  const share = tf.mul(tf.div(tf.sub(x, low), tf.add(range, flat)), tf.sub(1, flat));
  return tf.mul(tf.add(share, flat), responseMask);
}
