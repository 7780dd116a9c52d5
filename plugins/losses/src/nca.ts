import { logSigmoid, method, part, tf, type Paper } from "@tokenwise/kit";
import { z } from "zod";
import { betaOption } from "./options.ts";
import { ofRewards, pairLoss } from "./pair-loss.ts";

const paper: Paper = {
  title: "Noise Contrastive Alignment of Language Models with Explicit Rewards",
  url: "https://arxiv.org/abs/2402.05369",
};

/**
 * Each reward against noise, so that the likelihood of the preferred response does not fall:
 *
 *   ℓ = −log σ(r_w) − ½ log σ(−r_w) − ½ log σ(−r_l),   r = β s                        [Chen et al. 2024, NCA on pairs]
 *
 * @see https://arxiv.org/abs/2402.05369
 */
export const ncaLoss = part({
  name: "nca-loss",
  paper,
  options: z.object({}),
  create: () =>
    pairLoss("nca-loss", ({ chosen, rejected }) => {
      const noise = tf.mul(0.5, tf.add(logSigmoid(tf.neg(chosen)), logSigmoid(tf.neg(rejected))));
      return tf.neg(tf.add(logSigmoid(chosen), noise));
    }),
});

/** NCA on pairs; see `ncaLoss`. */
export const nca = method({
  name: "nca",
  paper,
  options: z.object({ beta: betaOption() }),
  create: ({ beta }) => ofRewards(beta, ncaLoss()),
});
