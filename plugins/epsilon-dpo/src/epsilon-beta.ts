import { betaController, margin, part, sequenceSum, tf, tokenLogProb, type PerPrompt } from "@tokenwise/kit";
import { betaOptions, sizesOf } from "./options.ts";
import { paper } from "./paper.ts";
import { runningBeta } from "./running-beta.ts";
import { tilted } from "./tilted.ts";

/** 1 where a > b > c, else 0, [P]. */
const descends = (a: PerPrompt, b: PerPrompt, c: PerPrompt): PerPrompt =>
  tf.cast(tf.logicalAnd(tf.greater(a, b), tf.greater(b, c)), "float32");

/** From the first β, in either direction: no penalty that anybody chose is so far from it. */
const farAway = 1e-3;

/**
 * A β of its own for every pair, from whether a smaller or a larger KL penalty would separate the pair better:
 *
 *   s = 1[z⁺ > z⁰ > z⁻] − 1[z⁻ > z⁰ > z⁺]       β̃ = β / (1 + ε s)            [Lee et al. 2025; the released trainer]
 *
 * z: margin between the log-probabilities of chosen and rejected, under the policy (z⁰) and under the policy moved by
 * ±ε away from the reference (z^±, see `tilted`). β is state: it follows s once per optimizer step of training, and stays
 * in evaluation. Token weights of the method do not enter the check.
 *
 * @param options.beta       β before the first step. Paper: 0.01.
 * @param options.epsilon    ε in (0, 1); `checkSize` and `stepSize` split it. Paper: 0.01.
 * @param options.update     How β follows: "code" as the released trainer, "paper" as the paper.
 * @returns β̃ [P], a constant. Signals `positive` and `negative`: 1 where s = +1 and where s = −1. Metrics: `beta` (of the
 *   step), `step` (s), `positive-steps`, `negative-steps`.
 * @throws TW_E_OPTIONS  for options that the schema refuses, a first β outside of its bounds, or an ε that does nothing.
 * @see https://arxiv.org/abs/2502.13177
 * Deviations: see the readme.
 */
export const epsilonBeta = part({
  name: "epsilon-beta",
  paper,
  options: betaOptions,
  create(options) {
    const { checkSize, stepSize } = sizesOf(options);
    const { beta: first } = options;
    return betaController({
      name: "epsilon-beta",
      requires: { group: "pair" },
      needs: {
        plain: sequenceSum(tokenLogProb("policy")),
        up: sequenceSum(tilted({ tilt: checkSize })),
        down: sequenceSum(tilted({ tilt: -checkSize })),
      },
      state: runningBeta({ ...options, stepSize }),
      control({ read, state: { beta } }) {
        const [up, plain, down] = [margin(read.up), margin(read.plain), margin(read.down)];
        const [positive, negative] = [descends(up, plain, down), descends(down, plain, up)];
        const step: PerPrompt = tf.sub(positive, negative);
        return {
          beta: tf.div(beta, tf.add(1, tf.mul(stepSize, step))),
          signal: { positive, negative },
          metrics: {
            beta: tf.fill(step.shape, beta),
            step,
            "positive-steps": positive,
            "negative-steps": negative,
          },
        };
      },
      warn({ beta }) {
        const ran = beta! < first * farAway ? "fallen" : beta! > first / farAway ? "risen" : undefined;
        const advice = "a smaller epsilon, or minBeta and maxBeta, hold it";
        return ran && `β has ${ran} from ${first} by more than three orders of magnitude: ${advice}`;
      },
    });
  },
});
