import { candidate, margin, part, preferenceLoss, tf, type PerPrompt } from "@tokenwise/kit";
import { z } from "zod";

/**
 * The squared distance of the margin from a target:
 *
 *   ℓ = q_0 (h − target)² + q_1 (−h − target)²,   h = β (s_0 − s_1)
 *
 * @param options.target  The margin that is asked for, positive, in units of β s.
 * @returns losses [P], on the tape. q are the targets: one for the preferred response, or soft.
 * @throws TW_E_OPTIONS  for options that the schema refuses.
 */
export const partName = part({
  name: "part-name",
  options: z.object({ target: z.number().positive().default(1).describe("the margin that is asked for") }),
  create: ({ target }) =>
    preferenceLoss({
      name: "part-name",
      requires: { group: "pair" },
      loss({ targets }, { scores, beta }) {
        const h: PerPrompt = tf.mul(beta, margin(scores));
        const away = (from: PerPrompt): PerPrompt => tf.square(tf.sub(from, target));
        const preferred = tf.mul(candidate(targets, 0), away(h));
        return { loss: tf.add(preferred, tf.mul(candidate(targets, 1), away(tf.neg(h)))) };
      },
    }),
});
