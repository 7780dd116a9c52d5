import { logSigmoid, method, part, tf, type Paper } from "@tokenwise/kit";
import { z } from "zod";
import { betaOption } from "./options.ts";
import { ofRewards, pairLoss } from "./pair-loss.ts";

const paper: Paper = {
  title: "Provably Robust DPO: Aligning Language Models with Noisy Feedback",
  url: "https://arxiv.org/abs/2403.00409",
};
const options = z.object({
  labelSmoothing: z.number().min(0).lt(0.5).default(0.1).describe("ε: the share of labels that are flipped"),
});

/**
 * DPO's loss of the true labels in expectation, where a share ε of them is flipped:
 *
 *   ℓ = [ −(1 − ε) log σ(h) + ε log σ(−h) ] / (1 − 2ε),   h = r_w − r_l, r = β s          [Chowdhury et al. 2024, rDPO]
 *
 * @see https://arxiv.org/abs/2403.00409
 */
export const robustLoss = part({
  name: "robust-loss",
  paper,
  options,
  create: ({ labelSmoothing: flipped }) =>
    pairLoss("robust-loss", ({ gap }) => {
      const [right, wrong] = [tf.mul(1 - flipped, logSigmoid(gap)), tf.mul(flipped, logSigmoid(tf.neg(gap)))];
      return tf.div(tf.sub(wrong, right), 1 - 2 * flipped);
    }),
});

/** Robust DPO; see `robustLoss`. */
export const robust = method({
  name: "robust",
  paper,
  options: options.extend({ beta: betaOption() }),
  create: ({ beta, ...loss }) => ofRewards(beta, robustLoss(loss)),
});
