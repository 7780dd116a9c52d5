import { permutation } from "@tokenwise/core";
import { tf, type PerToken, type TokenWeighter } from "@tokenwise/kit";
import { responsePlaces } from "./response-places.ts";

/**
 * A control: the weights of another weighter, each response's dealt to other tokens of it. A method that does as well with them does not
 * owe it to where its weights lie. The order is a function of the response's tokens: the same in every step and every run.
 */
export const shuffledWeights = (weighter: TokenWeighter): TokenWeighter => ({
  ...weighter,
  name: `${weighter.name}.shuffled`,
  weigh(view) {
    const { reward, divergence, ...report } = weighter.weigh(view);
    const [rows, width] = view.batch.responseIds.shape as [number, number];
    const order = Int32Array.from({ length: rows * width }, (_, place) => place);
    const back = order.slice();
    for (const { start, length, seed } of responsePlaces(view.batch, "shuffled weights"))
      permutation(length, seed).forEach((from, to) => {
        order[start + to] = start + from;
        back[start + from] = start + to;
      });
    const dealt = (weights: PerToken): PerToken =>
      tf.customGrad((given) => ({
        value: reordered(given as tf.Tensor, order),
        gradFunc: (slope: tf.Tensor) => reordered(slope, back),
      }))(weights);
    return {
      ...report,
      ...(reward && { reward: dealt(reward) }),
      ...(divergence && { divergence: dealt(divergence) }),
    };
  },
});

/** Gathered: the gradient of a gather is a sum over segments, which not every backend has. */
const reordered = (x: tf.Tensor, order: Int32Array): tf.Tensor =>
  tf.reshape(tf.gather(tf.reshape(x, [-1]), tf.tensor1d(order, "int32")), x.shape);
