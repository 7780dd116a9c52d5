import { uniform } from "@tokenwise/core";
import { tf, weighter, type TokenWeighter } from "@tokenwise/kit";
import { responsePlaces } from "./response-places.ts";

/**
 * A control: a weight for each token that says nothing about it, uniform from 0 to 2 and so of mean 1. Drawn from the response's tokens: the
 * same in every step and every run.
 */
export const randomWeights = (): TokenWeighter =>
  weighter({
    name: "random-weights",
    weigh({ batch }) {
      const weights = new Float32Array(batch.responseIds.size);
      for (const { start, length, seed } of responsePlaces(batch, "random weights")) {
        const random = uniform(seed);
        weights.set(
          Float32Array.from({ length }, () => 2 * random()),
          start,
        );
      }
      return { reward: tf.tensor2d(weights, batch.responseIds.shape as [number, number]) };
    },
  });
