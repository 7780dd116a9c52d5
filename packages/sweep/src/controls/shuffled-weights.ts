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
    for (const { start, length, seed } of responsePlaces(view.batch, "shuffled weights"))
      order.set(
        permutation(length, seed).map((place) => start + place),
        start,
      );
    const from = tf.tensor1d(order, "int32");
    const dealt = (weights: PerToken): PerToken =>
      tf.reshape(tf.gather(tf.reshape(weights, [-1]), from), [rows, width]);
    return {
      ...report,
      ...(reward && { reward: dealt(reward) }),
      ...(divergence && { divergence: dealt(divergence) }),
    };
  },
});
