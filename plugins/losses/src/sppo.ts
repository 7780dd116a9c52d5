import { method, part, tf, type Paper } from "@tokenwise/kit";
import { z } from "zod";
import { betaOption } from "./options.ts";
import { ofRewards, pairLoss } from "./pair-loss.ts";

const paper: Paper = {
  title: "Self-Play Preference Optimization for Language Model Alignment",
  url: "https://arxiv.org/abs/2405.00675",
};

/**
 * Every score is pulled to a goal of its own, not only their difference:
 *
 *   ℓ = (s_w − 1/(2β))² + (s_l + 1/(2β))²          [Wu et al. 2024, Eq. 4.7 with P = 1 for the winner and 0 for the loser]
 *
 * @see https://arxiv.org/abs/2405.00675
 */
export const sppoLoss = part({
  name: "sppo-loss",
  paper,
  options: z.object({}),
  create: () =>
    pairLoss("sppo-loss", ({ chosen, rejected, beta }) => {
      const half = tf.div(0.5, beta);
      const [above, below] = [tf.sub(tf.div(chosen, beta), half), tf.add(tf.div(rejected, beta), half)];
      return tf.add(tf.square(above), tf.square(below));
    }),
});

/** SPPO with hard labels; see `sppoLoss`. */
export const sppo = method({
  name: "sppo",
  paper,
  options: z.object({ beta: betaOption() }),
  create: ({ beta }) => ofRewards(beta, sppoLoss()),
});
