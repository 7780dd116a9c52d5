import { logSigmoid, method, part, tf, type Paper } from "@tokenwise/kit";
import { z } from "zod";
import { betaOption } from "./options.ts";
import { ofRewards, pairLoss } from "./pair-loss.ts";

const paper: Paper = {
  title: "Towards Efficient Exact Optimization of Language Model Alignment",
  url: "https://arxiv.org/abs/2402.00856",
};
const options = z.object({
  labelSmoothing: z.number().gt(0).lt(0.5).default(1e-3).describe("probability that a label is wrong; not 0"),
});

/**
 * The reverse KL of the policy's preference from a label that is wrong with probability ε:
 *
 *   ℓ = KL( (σ(h), σ(−h)) ‖ (1 − ε, ε) ),   h = r_w − r_l, r = β s                            [Ji et al. 2024, EXO, Eq. 16]
 *
 * @see https://arxiv.org/abs/2402.00856
 */
export const exoLoss = part({
  name: "exo-loss",
  paper,
  options,
  create: ({ labelSmoothing }) =>
    pairLoss("exo-loss", ({ gap }) => {
      const [right, wrong] = [logSigmoid(gap), logSigmoid(tf.neg(gap))];
      const first = tf.mul(tf.exp(right), tf.sub(right, Math.log1p(-labelSmoothing)));
      return tf.add(first, tf.mul(tf.exp(wrong), tf.sub(wrong, Math.log(labelSmoothing))));
    }),
});

/** EXO on pairs; see `exoLoss`. */
export const exo = method({
  name: "exo",
  paper,
  options: options.extend({ beta: betaOption() }),
  create: ({ beta, ...loss }) => ofRewards(beta, exoLoss(loss)),
});
