import { logRatio, part, responseLengths, scorer, sumTokens, tf } from "@tokenwise/kit";
import { z } from "zod";

/**
 * The implicit reward, damped by the length of the response:
 *
 *   s = Σ_t w_t ρ_t / n^exponent,   ρ_t = log π(y_t) − log π_ref(y_t),   n: tokens of the response
 *
 * @param options.exponent  In [0, 1]; 0 gives DPO's sum, 1 the mean.
 * @returns scores [P, G], in nats, on the tape.
 * @throws TW_E_OPTIONS  for options that the schema refuses.
 */
export const partName = part({
  name: "part-name",
  options: z.object({
    exponent: z.number().min(0).max(1).default(0.5).describe("0 gives the sum over tokens, 1 their mean"),
  }),
  create: ({ exponent }) =>
    scorer({
      name: "part-name",
      needs: { ratio: logRatio },
      score({ batch, read }, weights) {
        const sum = sumTokens(tf.mul(weights.reward, read.ratio), batch);
        return { score: tf.div(sum, tf.pow(responseLengths(batch), exponent)) };
      },
    }),
});
