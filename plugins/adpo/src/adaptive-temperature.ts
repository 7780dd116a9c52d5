import { betaController, derived, part, relativeEntropy, responseLengths, rewards, sumTokens } from "@tokenwise/kit";
import { tf, TokenwiseError, type PerCandidate, type PerPrompt } from "@tokenwise/kit";
import { temperatureOptions } from "./options.ts";

const meanEntropy = derived("adpo.mean-entropy", "P,G", { entropy: relativeEntropy }, ({ read, batch }) =>
  tf.div(sumTokens(read.entropy, batch), responseLengths(batch)),
);

/**
 * β = 1/τ of each group:  τ = τ₀ (1 + α H + b (1 − H)(1 − R)), within bounds           [Wang 2025, Eq. 8 of its TeX source]
 *
 * H: mean over the candidates of the mean entropy of their tokens, relative to log V; R: the group's mean reward, from 0 for the
 * lowest of the step to 1 for the highest, ½ where all are equal (to the bit: rewards are taken below the best) or `rewards` is off.
 *
 * @returns β [P], a constant. Metric: `temperature`, τ.
 * @throws TW_E_OPTIONS
 */
export const adaptiveTemperature = part({
  name: "adaptive-temperature",
  options: temperatureOptions,
  create({ tau, alpha, penalty, min, max, rewards: scaled }) {
    if (min > max) throw new TokenwiseError("TW_E_OPTIONS", `adaptive-temperature: min ${min} is above max ${max}`);
    return betaController({
      name: "adaptive-temperature",
      needs: { entropy: meanEntropy, rewards: scaled ? rewards : undefined },
      coupling: "batch",
      control({ batch: { candidateMask }, read }) {
        const groupMean = (x: PerCandidate): PerPrompt =>
          tf.div(tf.sum(tf.mul(x, candidateMask), 1), tf.sum(candidateMask, 1));
        const H = groupMean(read.entropy);
        const below = read.rewards && tf.sub(read.rewards, tf.max(tf.add(read.rewards, tf.log(candidateMask))));
        const R = below ? unitScaled(groupMean(below)) : 0.5;
        const raised = tf.add(tf.add(1, tf.mul(alpha, H)), tf.mul(penalty, tf.mul(tf.sub(1, H), tf.sub(1, R))));
        const temperature: PerPrompt = tf.clipByValue(tf.mul(tau, raised), min, max);
        return { beta: tf.div(1, temperature), metrics: { temperature } };
      },
    });
  },
});

function unitScaled(x: PerPrompt): PerPrompt {
  const [low, high] = [tf.min(x), tf.max(x)];
  return tf.where(tf.equal(low, high), tf.fill(x.shape, 0.5), tf.divNoNan(tf.sub(x, low), tf.sub(high, low)));
}
