import { logSigmoid, method, part, tf, type Paper } from "@tokenwise/kit";
import { z } from "zod";
import { betaOption } from "./options.ts";
import { ofRewards, pairLoss } from "./pair-loss.ts";

const paper: Paper = {
  title: "Discovering Preference Optimization Algorithms with and for Large Language Models",
  url: "https://arxiv.org/abs/2406.08414",
};
const options = z.object({
  temperature: z.number().gt(0).max(1).default(0.05).describe("τ: how sharply one loss goes over into the other"),
});

/**
 * The logistic loss where the margin is negative, the exponential one where it is positive:
 *
 *   ℓ = (1 − m) (−log σ(h)) + m exp(−h),   m = σ(h/τ), h = r_w − r_l, r = β s              [Lu et al. 2024, DiscoPOP, Eq. 5]
 *
 * m exp(−h) is computed in log space, so that it is finite. The loss is not monotone: at h = 0 its slope is positive, about
 * 0.077/τ − 3/4 with its τ.
 *
 * @see https://arxiv.org/abs/2406.08414
 */
export const discopopLoss = part({
  name: "discopop-loss",
  paper,
  options,
  create: ({ temperature }) =>
    pairLoss("discopop-loss", ({ gap }) => {
      const modulation = tf.div(gap, temperature);
      const logistic = tf.mul(tf.sigmoid(tf.neg(modulation)), tf.neg(logSigmoid(gap)));
      return tf.add(logistic, tf.exp(tf.sub(logSigmoid(modulation), gap)));
    }),
});

/** DiscoPOP: DPO with the log-ratio modulated loss that a language model found; see `discopopLoss`. */
export const discopop = method({
  name: "discopop",
  paper,
  options: options.extend({ beta: betaOption(0.05) }),
  create: ({ beta, ...loss }) => ofRewards(beta, discopopLoss(loss)),
});
