import { tf } from "../tensorflow.ts";

/** log σ(x) = −softplus(−x), finite for every finite x. */
export const logSigmoid = <T extends tf.Tensor>(x: T): T => tf.neg(tf.softplus(tf.neg(x)));
