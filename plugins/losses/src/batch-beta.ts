import { betaController, part, tf } from "@tokenwise/kit";
import { z } from "zod";
import { everyGap, gapOptions, gapsOf, paper } from "./gaps.ts";

/** β does not fall below this share of β₀. */
const leastShare = 0.01;

export const batchBetaOptions = gapOptions.extend({
  alpha: z.number().min(0).default(0.6).describe("α: how β follows the mean gap of a step; 0 gives DPO"),
});

/**
 * One β for all pairs of a step, larger where their gap is larger than usual:
 *
 *   β = β₀ (1 + α (mean M − M₀)),   M = β₀ (ρ_w − ρ_l), at least β₀/100                          [Wu et al. 2024, β-DPO]
 *
 * M₀ is state, the running mean of M over the steps: M₀ ← m M₀ + (1 − m) mean M, 0 before the first. Coupled: the mean is over
 * the step, however it is cut. Log-ratios are without token weights. Metrics: `gap` M, `beta`.
 *
 * @returns β [P], the same for all, a constant.
 * @see https://arxiv.org/abs/2407.08639
 */
export const batchBeta = part({
  name: "batch-beta",
  paper,
  options: batchBetaOptions,
  create: ({ beta, alpha, momentum }) =>
    betaController({
      name: "batch-beta",
      ...everyGap,
      state: {
        signals: ["gap"],
        init: () => ({ mean: 0 }),
        update: ({ mean }, { signal }) => ({ mean: momentum * mean + (1 - momentum) * signal.gap.mean }),
      },
      control({ read, preferred, state }) {
        const gap = gapsOf(read.ratio, preferred, beta);
        const share = tf.add(1, tf.mul(alpha, tf.sub(tf.mean(gap), state.mean)));
        const one = tf.mul(beta, tf.maximum(leastShare, share));
        const each = tf.mul(tf.onesLike(gap), one);
        return { beta: each, signal: { gap }, metrics: { gap, beta: each } };
      },
    }),
});
