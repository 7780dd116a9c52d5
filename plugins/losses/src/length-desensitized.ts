import {
  candidate,
  dpo,
  method,
  overCandidates,
  overTokens,
  part,
  responseLengths,
  tf,
  weighter,
} from "@tokenwise/kit";
import type { Paper } from "@tokenwise/kit";
import { z } from "zod";
import { betaOption, smoothingOption } from "./options.ts";

const paper: Paper = {
  title: "Length Desensitization in Direct Preference Optimization",
  url: "https://arxiv.org/abs/2409.06411",
};
const options = z.object({
  alpha: z.number().min(0).max(1).default(0.5).describe("what a token beyond the shorter length weighs; 1 gives DPO"),
});

/**
 * Tokens beyond the length of the shorter response of a pair weigh α, all others 1: what is only longer says less.
 *
 *   s = Σ_{t ≤ l} ρ_t + α Σ_{t > l} ρ_t,   l = min(|y_w|, |y_l|)                                  [Liu et al. 2024, LD-DPO]
 *
 * @returns reward weights [B, T]; divergences are not weighed.
 * @see https://arxiv.org/abs/2409.06411
 */
export const lengthDesensitized = part({
  name: "length-desensitized",
  paper,
  options,
  create: ({ alpha }) =>
    weighter({
      name: "length-desensitized",
      requires: { group: "pair" },
      weigh({ batch }) {
        const lengths = responseLengths(batch);
        const shorter = tf.minimum(candidate(lengths, 0), candidate(lengths, 1));
        const both = tf.mul(overCandidates(shorter), tf.onesLike(lengths));
        const position = tf.range(0, batch.responseMask.shape[1]!);
        const isShared = tf.cast(tf.less(position, overTokens(both)), "float32");
        return { reward: tf.add(isShared, tf.mul(alpha, tf.sub(1, isShared))) };
      },
    }),
});

/** LD-DPO: DPO with these weights; see `lengthDesensitized`. */
export const ldDpo = method({
  name: "ld-dpo",
  paper,
  options: options.extend({ beta: betaOption(), labelSmoothing: smoothingOption() }),
  create: ({ alpha, ...base }) => ({ ...dpo(base), weighter: lengthDesensitized({ alpha }) }),
});
