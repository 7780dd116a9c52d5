import {
  candidate,
  compose,
  constantBeta,
  implicitReward,
  logSigmoid,
  overCandidates,
  preferenceLoss,
  stopGradient,
  tf,
  type Method,
  type PerPrompt,
  type PreferenceLoss,
} from "@tokenwise/kit";

/** ℓ = −log σ(r_chosen − δ) − log σ(δ − r_rejected); δ: the mean reward of the steps before. */
export const binaryClassifier = (): PreferenceLoss =>
  preferenceLoss({
    name: "binary-classifier",
    requires: { group: "pair" },
    state: {
      signals: ["reward"],
      init: () => ({ mean: 0, steps: 0 }),
      update: ({ mean, steps }, { signal }) => ({
        mean: (mean * steps + signal.reward.mean) / (steps + 1),
        steps: steps + 1,
      }),
    },
    loss({ state: { mean } }, { scores, beta }) {
      const rewards = tf.mul(overCandidates(beta), scores);
      const above: PerPrompt = logSigmoid(tf.sub(candidate(rewards, 0), mean));
      const below: PerPrompt = logSigmoid(tf.sub(mean, candidate(rewards, 1)));
      return { loss: tf.neg(tf.add(above, below)), signal: { reward: stopGradient(tf.mean(rewards, 1)) } };
    },
  });

export const bco = ({ beta = 0.1 } = {}): Method =>
  compose({ beta: constantBeta({ beta }), scorer: implicitReward(), loss: binaryClassifier() });
