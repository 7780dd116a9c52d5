/** Losses of pairs that read β times the scores: r_0 of the chosen, r_1 of the rejected response, h = r_0 − r_1. */
import {
  candidate,
  logSigmoid,
  overCandidates,
  preferenceLoss,
  tf,
  type PerPrompt,
  type PreferenceLoss,
} from "@tokenwise/kit";

interface Rewards {
  readonly chosen: PerPrompt;
  readonly rejected: PerPrompt;
  readonly gap: PerPrompt;
  readonly beta: PerPrompt;
}

const pairLoss = (name: string, lossOf: (rewards: Rewards) => PerPrompt): PreferenceLoss =>
  preferenceLoss({
    name,
    requires: { group: "pair", targets: "hard" },
    loss(_, { scores, beta }) {
      const rewards = tf.mul(overCandidates(beta), scores);
      const [chosen, rejected] = [candidate(rewards, 0), candidate(rewards, 1)];
      return { loss: lossOf({ chosen, rejected, gap: tf.sub(chosen, rejected), beta }) };
    },
  });

/** ℓ = max(0, 1 − h).                                                                              [Zhao et al. 2023, SLiC] */
export const hinge = (): PreferenceLoss => pairLoss("hinge", ({ gap }) => tf.relu(tf.sub(1, gap)));

/** ℓ = (1 − ε) (−log σ(h)) − ε (−log σ(−h)), over 1 − 2ε.                               [Chowdhury et al. 2024, robust DPO] */
export const robust = ({ smoothing = 0.1 } = {}): PreferenceLoss =>
  pairLoss("robust", ({ gap }) => {
    const [right, wrong] = [tf.mul(1 - smoothing, logSigmoid(gap)), tf.mul(smoothing, logSigmoid(tf.neg(gap)))];
    return tf.div(tf.sub(wrong, right), 1 - 2 * smoothing);
  });

/** ℓ = KL of (σ(h), σ(−h)) from (1 − ε, ε).                                                     [Ji et al. 2024, EXO, Eq. 16] */
export const exo = ({ smoothing = 1e-3 } = {}): PreferenceLoss =>
  pairLoss("exo", ({ gap }) => {
    const [preferred, other] = [logSigmoid(gap), logSigmoid(tf.neg(gap))];
    const first = tf.mul(tf.exp(preferred), tf.sub(preferred, Math.log(1 - smoothing)));
    return tf.add(first, tf.mul(tf.exp(other), tf.sub(other, Math.log(smoothing))));
  });

/** ℓ = −log σ(r_0) − ½ log σ(−r_0) − ½ log σ(−r_1).                                                  [Chen et al. 2024, NCA] */
export const nca = (): PreferenceLoss =>
  pairLoss("nca", ({ chosen, rejected }) => {
    const noise = tf.mul(0.5, tf.add(logSigmoid(tf.neg(chosen)), logSigmoid(tf.neg(rejected))));
    return tf.neg(tf.add(logSigmoid(chosen), noise));
  });

/** ℓ = (s_0 − 1/(2β))² + (s_1 + 1/(2β))², s = r/β.                                                  [Wu et al. 2024, SPPO] */
export const sppo = (): PreferenceLoss =>
  pairLoss("sppo", ({ chosen, rejected, beta }) => {
    const half = tf.div(0.5, beta);
    const [above, below] = [tf.sub(tf.div(chosen, beta), half), tf.add(tf.div(rejected, beta), half)];
    return tf.add(tf.square(above), tf.square(below));
  });

/** Zero: ℓ = 1 − σ(r_0) + σ(r_1). Down: ℓ = σ(r_0) + 1 − σ(h).                               [D'Oosterlinck et al. 2024, APO] */
export const apo = ({ towards = "zero" }: { readonly towards?: "zero" | "down" } = {}): PreferenceLoss =>
  pairLoss(`apo-${towards}`, ({ chosen, rejected, gap }) =>
    towards === "zero"
      ? tf.add(tf.sub(1, tf.sigmoid(chosen)), tf.sigmoid(rejected))
      : tf.add(tf.sigmoid(chosen), tf.sub(1, tf.sigmoid(gap))),
  );

/** ℓ = (1 − m) (−log σ(h)) + m exp(−h), m = σ(h/τ).                                          [Lu et al. 2024, DiscoPOP] */
export const discoPop = ({ temperature = 0.05 } = {}): PreferenceLoss =>
  pairLoss("disco-pop", ({ gap }) => {
    const share = tf.sigmoid(tf.div(gap, temperature));
    const logistic = tf.mul(tf.sub(1, share), tf.neg(logSigmoid(gap)));
    return tf.add(logistic, tf.mul(share, tf.exp(tf.neg(gap))));
  });
