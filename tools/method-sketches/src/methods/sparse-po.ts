import {
  auxiliaryLoss,
  compose,
  constantBeta,
  implicitReward,
  logistic,
  method,
  tf,
  type AuxiliaryLoss,
  type Method,
  type TokenWeighter,
  type TokenWeights,
} from "@tokenwise/kit";
import { z } from "zod";
import { sparseMasks } from "./sparse-masks.ts";

/** ‖m‖₁ of the masks over the response, per prompt: it makes them sparse. */
export const maskNorm = (of: keyof TokenWeights, weight: number): AuxiliaryLoss =>
  auxiliaryLoss({
    name: `mask-norm:${of}`,
    weight,
    // x · sign(x): the gradient of TensorFlow.js's abs is −1 at 0, where a sparse mask mostly is.
    sum: ({ batch }, weights) => tf.sum(tf.mul(tf.mul(tf.sign(weights[of]), weights[of]), batch.responseMask)),
    count: ({ batch }) => batch.prompts,
  });

export interface SparseObjective {
  readonly beta: number;
  readonly l1Reward?: number;
  readonly l1Divergence?: number;
}

/** TDPO-1 with masks m^u on the log-ratio and m^d on the divergence. */
export const maskedTdpo = (
  weighter: TokenWeighter,
  { beta, l1Reward = 0, l1Divergence = 0 }: SparseObjective,
): Method => ({
  ...compose({ weighter, beta: constantBeta({ beta }), scorer: implicitReward({ divergence: 1 }), loss: logistic() }),
  auxiliaries: [maskNorm("reward", l1Reward), maskNorm("divergence", l1Divergence)].filter(({ weight }) => weight > 0),
});

export const sparsePo = method({
  name: "sparse-po",
  paper: {
    title: "SparsePO: Controlling Preference Alignment of LLMs via Sparse Token Masks",
    url: "https://arxiv.org/abs/2410.05102",
  },
  options: z.object({
    beta: z.number().positive().default(0.1),
    common: z.boolean().default(true),
    l1Reward: z.number().nonnegative().default(0),
    l1Divergence: z.number().nonnegative().default(0),
    weightDecay: z.number().nonnegative().default(0.01),
  }),
  create: ({ beta, common, l1Reward, l1Divergence, weightDecay }) => {
    const share = common ? 0.5 : 1; // one mask is penalized twice
    const l1 = { l1Reward: share * l1Reward, l1Divergence: share * l1Divergence };
    return maskedTdpo(sparseMasks({ weightDecay, common }), { beta, ...l1 });
  },
});
