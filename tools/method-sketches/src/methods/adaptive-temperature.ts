import {
  betaController,
  derived,
  responseLengths,
  rewards,
  sumTokens,
  tf,
  vocabulary,
  type BetaController,
  type PerCandidate,
  type PerPrompt,
} from "@tokenwise/kit";

/** Entropy over the vocabulary as a share of the largest possible, in [0, 1]. */
const relativeEntropy = vocabulary("adpo.relative-entropy", {
  models: ["policy"],
  gradient: false,
  reduce(rows) {
    const logProbs = rows.logProbs("policy");
    const nats = tf.neg(tf.sum(tf.mul(tf.exp(logProbs), logProbs), 1));
    return tf.div(nats, Math.log(logProbs.shape[1]!));
  },
})(null);

const meanEntropy = derived("adpo.mean-entropy", "P,G", { entropy: relativeEntropy }, ({ read, batch }) =>
  tf.div(sumTokens(read.entropy, batch), responseLengths(batch)),
);

export interface AdaptiveTemperatureOptions {
  readonly tau?: number;
  readonly alpha?: number;
  readonly penalty?: number;
  readonly min?: number;
  readonly max?: number;
}

/** 1/β = τ (1 + α H + b (1 − H)(1 − R)), clamped: H mean entropy, R the group's mean reward scaled to [0, 1] over the step. */
export const adaptiveTemperature = ({
  tau = 0.8,
  alpha = 0.5,
  penalty = 1,
  min = 0.1,
  max = 5,
}: AdaptiveTemperatureOptions = {}): BetaController =>
  betaController({
    name: "adaptive-temperature",
    needs: { entropy: meanEntropy, rewards },
    coupling: "batch",
    control({ batch: { candidateMask }, read }) {
      const groupMean = (x: PerCandidate): PerPrompt =>
        tf.div(tf.sum(tf.mul(x, candidateMask), 1), tf.sum(candidateMask, 1));
      const reward = groupMean(read.rewards);
      const [low, high] = [tf.min(reward), tf.max(reward)];
      const scaled = tf.divNoNan(tf.sub(reward, low), tf.sub(high, low));
      const R = tf.where(tf.equal(low, high), tf.fill(reward.shape, 0.5), scaled);
      const H = groupMean(read.entropy);
      const unsure = tf.mul(tf.sub(1, H), tf.sub(1, R));
      const factor = tf.add(tf.add(1, tf.mul(alpha, H)), tf.mul(penalty, unsure));
      const temperature: PerPrompt = tf.clipByValue(tf.mul(tau, factor), min, max);
      return { beta: tf.div(1, temperature), metrics: { temperature } };
    },
  });
