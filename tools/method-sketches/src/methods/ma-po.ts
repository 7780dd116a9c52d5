import { activations, tf, weighter, type Method, type TokenWeighter } from "@tokenwise/kit";
import { maskedTdpo } from "./sparse-po.ts";

const outside = 1e30;

/** a scaled to [0, 1] over each response, [K, B, T]; 1 where it is constant. */
function scaled(a: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  const largest = (x: tf.Tensor) => tf.max(tf.sub(tf.mul(x, mask), tf.mul(outside, tf.sub(1, mask))), 2, true);
  const low = tf.neg(largest(tf.neg(a)));
  const range = tf.sub(largest(a), low);
  const share = tf.where(tf.equal(range, 0), tf.onesLike(a), tf.divNoNan(tf.sub(a, low), range));
  return tf.mul(share, mask);
}

export type ActivationType = "mlp" | "attention" | "residual" | "logits";

/** Masks from the reference's activations: their mean within each type, then over the types. */
export const activationMasks = (types: readonly ActivationType[]): TokenWeighter =>
  weighter({
    name: "activation-masks",
    needs: { means: activations("reference", { types }) },
    weigh({ batch, read }) {
      const ofTypes = types.map((type) => tf.mean(scaled(read.means[type], batch.responseMask), 0));
      const mask = tf.mean(tf.stack(ofTypes), 0);
      return { reward: mask, divergence: mask };
    },
  });

export interface MaPoOptions {
  readonly beta?: number;
  readonly types?: readonly ActivationType[];
}
export const maPo = ({ beta = 0.1, types = ["mlp", "attention", "residual"] }: MaPoOptions = {}): Method =>
  maskedTdpo(activationMasks(types), { beta });
