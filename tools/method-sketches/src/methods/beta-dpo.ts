import { betaController, promptWeighter, tf, type BetaController, type PromptWeighter } from "@tokenwise/kit";
import { everyGap, gapOf, movingGap } from "./reward-gap.ts";

/** β = β₀ (1 + α (mean gap of the step − its moving average)), at least 0.001: one for all pairs of the step. */
export const betaOfGap = ({ beta = 0.1, alpha = 0.6, momentum = 0.9 } = {}): BetaController =>
  betaController({
    name: "beta-dpo",
    ...everyGap,
    state: {
      signals: ["gap"],
      init: () => ({ mean: 0 }),
      update: ({ mean }, { signal }) => ({ mean: momentum * mean + (1 - momentum) * signal.gap.mean }),
    },
    control({ read, state }) {
      const gap = gapOf(read.ratio, beta);
      const ahead = tf.sub(tf.mean(gap), state.mean);
      const one = tf.maximum(1e-3, tf.mul(beta, tf.add(1, tf.mul(alpha, ahead))));
      return { beta: tf.mul(tf.onesLike(gap), one), signal: { gap } };
    },
  });

/**
 * Keeps a share of the step's pairs, drawn without replacement with probability ∝ exp(−½ ((gap − mean)/deviation)²).
 * Gumbel noise on the log-probabilities makes the draw the largest of them.
 */
export const gapFilter = ({ beta = 0.1, keep = 0.8, momentum = 0.9 } = {}): PromptWeighter =>
  promptWeighter({
    name: "beta-filter",
    ...everyGap,
    ...movingGap({ momentum }),
    emphasize({ read, state, seed }) {
      const gap = gapOf(read.ratio, beta);
      const pairs = gap.shape[0];
      const kept = Math.max(1, Math.floor(keep * pairs));
      const uniform = tf.randomUniform([pairs], 1e-9, 1, "float32", seed("filter"));
      const gumbel = tf.neg(tf.log(tf.neg(tf.log(uniform))));
      const logProbability = tf.mul(-0.5, tf.square(tf.div(tf.sub(gap, state.mean), state.deviation)));
      const { indices } = tf.topk(tf.add(logProbability, gumbel), kept);
      // Not oneHot: it refuses a step of one pair.
      const isKept = tf.equal(tf.reshape(indices, [kept, 1]), tf.range(0, pairs, 1, "int32"));
      const chosen = tf.sum(tf.cast(isKept, "float32"), 0);
      return { weight: tf.mul(pairs / kept, chosen), signal: { gap } };
    },
  });
