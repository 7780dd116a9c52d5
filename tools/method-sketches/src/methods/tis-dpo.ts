import {
  compose,
  constantBeta,
  implicitReward,
  logistic,
  method,
  overTokens,
  part,
  reverseKl,
  tf,
  weighter,
} from "@tokenwise/kit";
import { z } from "zod";
import { contrast, contrastiveLogRatio } from "./contrastive-log-ratio.ts";

/** w = exp(±μ · clamp(log-ratio)), + preferred, − dispreferred; the divergence weighs the same. */
export const importanceWeights = part({
  name: "importance-weights",
  options: z.object({
    mu: z.number().default(1),
    low: z.number().default(-0.5),
    high: z.number().default(1.5),
    weighEnd: z.boolean().default(false),
  }),
  create: ({ mu, low, high, weighEnd }) =>
    weighter({
      name: "importance-weights",
      needs: { ratio: contrastiveLogRatio },
      annotators: [contrast],
      weigh({ batch, read, preferred }) {
        const sign = overTokens(tf.sub(tf.mul(2, preferred), 1));
        const exponent = tf.mul(tf.mul(mu, sign), tf.clipByValue(read.ratio, low, high));
        const weight = tf.mul(tf.exp(exponent), weighEnd ? batch.responseMask : batch.contentMask);
        return { reward: weight, divergence: weight };
      },
    }),
});

/** The score of TIS-DPO: Σ w (ρ − α KL(π ‖ π_ref)), with a gradient through both. */
export const tisReward = ({ alpha = 0 } = {}) =>
  implicitReward({ divergence: -alpha, kl: reverseKl, logged: alpha === 0 ? 0 : -1 });

export const tisDpo = method({
  name: "tis-dpo",
  paper: {
    title: "TIS-DPO: Token-level Importance Sampling for Direct Preference Optimization",
    url: "https://arxiv.org/abs/2410.04350",
  },
  options: importanceWeights.options.extend({
    beta: z.number().positive().default(0.1),
    alpha: z.number().nonnegative().default(0),
  }),
  create: ({ beta, alpha, ...weights }) =>
    compose({
      weighter: importanceWeights(weights),
      beta: constantBeta({ beta }),
      scorer: tisReward({ alpha }),
      loss: logistic(),
    }),
});
