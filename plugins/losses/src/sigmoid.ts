import { logSigmoid, part, tf, type PerPrompt } from "@tokenwise/kit";
import { z } from "zod";
import { smoothingOption } from "./options.ts";
import { pairLoss } from "./pair-loss.ts";

/** −(1 − ε) log σ(h) − ε log σ(−h), [P] in nats, finite for every finite h. */
export function smoothedLogistic(h: PerPrompt, smoothing: number): PerPrompt {
  const [right, wrong] = [tf.mul(1 - smoothing, logSigmoid(h)), tf.mul(smoothing, logSigmoid(tf.neg(h)))];
  return tf.neg(tf.add(right, wrong));
}

/**
 * DPO's loss with smoothing of its own, so that it stands in a sum beside losses that need certain labels:
 *
 *   ℓ = −(1 − ε) log σ(h) − ε log σ(−h),   h = r_w − r_l, r = β s           [Rafailov et al. 2023, Eq. 7; ε: Mitchell 2023, cDPO]
 *
 * The method is the kit's `dpo`.
 *
 * @see https://arxiv.org/abs/2305.18290
 */
export const sigmoidLoss = part({
  name: "sigmoid-loss",
  paper: {
    title: "Direct Preference Optimization: Your Language Model is Secretly a Reward Model",
    url: "https://arxiv.org/abs/2305.18290",
  },
  options: z.object({ labelSmoothing: smoothingOption() }),
  create: ({ labelSmoothing }) => pairLoss("sigmoid-loss", ({ gap }) => smoothedLogistic(gap, labelSmoothing)),
});
