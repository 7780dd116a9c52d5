import { part, tf, weighter, type PerToken } from "@tokenwise/kit";
import { z } from "zod";

/**
 * Token weights that fall with the place in the response:
 *
 *   w_t = decay^t,   t = 0, 1, …
 *
 * @param options.decay  In (0, 1]; 1 weighs all tokens the same, as DPO does.
 * @returns reward and divergence weights [B, T], constants, positive, not normalized.
 * @throws TW_E_OPTIONS  for options that the schema refuses.
 */
export const partName = part({
  name: "part-name",
  options: z.object({
    decay: z.number().gt(0).max(1).default(0.9).describe("what a token weighs, as a share of the one before it"),
  }),
  create: ({ decay }) =>
    weighter({
      name: "part-name",
      weigh({ batch }) {
        const place: PerToken = tf.cumsum(batch.responseMask, 1, true); // [B, T]: 0, 1, …
        const weight: PerToken = tf.pow(decay, place);
        return { reward: weight, divergence: weight };
      },
    }),
});
