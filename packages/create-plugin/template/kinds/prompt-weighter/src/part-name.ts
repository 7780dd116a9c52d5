import { margin, part, promptWeighter, rewards, tf } from "@tokenwise/kit";
import { z } from "zod";

/**
 * Pairs count by how far apart their rewards are:
 *
 *   ω = |r_chosen − r_rejected|^exponent
 *
 * @param options.exponent  At least 0; at 0 all pairs count the same.
 * @returns ω [P], a constant, at least 0, not normalized.
 * @throws TW_E_OPTIONS  for options that the schema refuses.
 */
export const partName = part({
  name: "part-name",
  options: z.object({
    exponent: z.number().min(0).default(0.5).describe("0: all pairs count the same; 1: by the gap itself"),
  }),
  create: ({ exponent }) =>
    promptWeighter({
      name: "part-name",
      requires: { group: "pair" },
      needs: { rewards },
      emphasize({ read }) {
        const gap = tf.abs(margin(read.rewards)); // [P], in units of the rewards
        return { weight: tf.pow(gap, exponent), metrics: { gap } };
      },
    }),
});
