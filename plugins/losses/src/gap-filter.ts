import { part, promptWeighter, tf } from "@tokenwise/kit";
import { z } from "zod";
import { everyGap, gapOptions, gapsOf, paper, runningGaps } from "./gaps.ts";

export const gapFilterOptions = gapOptions.extend({
  keep: z.number().gt(0).max(1).default(0.8).describe("share of a step's pairs that are kept, at least one"),
});

/**
 * Keeps a share of a step's pairs, those of an unusual gap less often: drawn without replacement with probability
 *
 *   ∝ exp(−½ ((M − M₀)/σ)²),   M = β₀ (ρ_w − ρ_l)                                                [Wu et al. 2024, β-DPO]
 *
 * M₀ and σ are state: running mean and deviation of M, 0 and 1 before the first step. Pairs that are kept weigh P/kept, so that
 * the loss is their mean, others 0. In evaluation every pair weighs 1. Draws are of the run's seed and the step: Gumbel noise on
 * the log-probabilities, of which the largest are kept.
 *
 * @returns ω [P], a constant. Metric: `kept`, 1 or 0.
 * @see https://arxiv.org/abs/2407.08639
 */
export const gapFilter = part({
  name: "gap-filter",
  paper,
  options: gapFilterOptions,
  create: ({ beta, keep, momentum }) =>
    promptWeighter({
      name: "gap-filter",
      ...everyGap,
      state: runningGaps(momentum),
      emphasize({ read, preferred, state: { mean, deviation }, seed, training }) {
        const gap = gapsOf(read.ratio, preferred, beta);
        const pairs = gap.shape[0];
        const kept = Math.max(1, Math.floor(keep * pairs));
        if (!training) return { weight: tf.onesLike(gap), metrics: { kept: tf.onesLike(gap) } };
        const uniform = tf.randomUniform([pairs], 1e-9, 1, "float32", seed("filter"));
        const gumbel = tf.neg(tf.log(tf.neg(tf.log(uniform))));
        const unusual = tf.div(tf.sub(gap, mean), Math.max(1e-6, deviation));
        const { indices } = tf.topk(tf.add(tf.mul(-0.5, tf.square(unusual)), gumbel), kept);
        // Not oneHot: it refuses a step of one pair.
        const isKept = tf.equal(tf.reshape(indices, [kept, 1]), tf.range(0, pairs, 1, "int32"));
        const chosen = tf.sum(tf.cast(isKept, "float32"), 0);
        return { weight: tf.mul(pairs / kept, chosen), signal: { gap }, metrics: { kept: chosen } };
      },
    }),
});
