import {
  candidate,
  compose,
  constantBeta,
  implicitReward,
  logLikelihood,
  logSigmoid,
  margin,
  noGrad,
  pick,
  preferenceLoss,
  sequenceSum,
  tf,
  tokenLogProb,
  type Method,
  type PerPrompt,
  type PreferenceLoss,
} from "@tokenwise/kit";

/** In descending order; the order is a constant. */
function sorted(x: PerPrompt): PerPrompt {
  const n = x.shape[0];
  if (n === 1) return x;
  const { indices } = noGrad(() => tf.topk(x, n));
  return pick(tf.tile(tf.reshape(x, [1, n]), [n, 1]), indices);
}

export interface AotOptions {
  readonly smoothing?: number;
  /** Sort the margins of policy and reference, instead of the chosen and rejected rewards. */
  readonly paired?: boolean;
}

/** The preferred *distribution* is to dominate: sorted over the step, the k-th of one side against the k-th of the other. */
export const dominance = ({ smoothing = 0, paired = true }: AotOptions = {}): PreferenceLoss =>
  preferenceLoss({
    name: "dominance",
    coupling: "batch",
    requires: { group: "pair", targets: "hard" },
    needs: { reference: paired ? sequenceSum(tokenLogProb("reference")) : undefined },
    loss({ read }, { scores, beta }) {
      const gap = read.reference
        ? tf.sub(sorted(margin(scores)), sorted(margin(read.reference)))
        : tf.sub(sorted(candidate(scores, 0)), sorted(candidate(scores, 1)));
      const h: PerPrompt = tf.mul(beta, gap);
      const [right, wrong] = [tf.mul(1 - smoothing, logSigmoid(h)), tf.mul(smoothing, logSigmoid(tf.neg(h)))];
      return { loss: tf.neg(tf.add(right, wrong)) };
    },
  });

/** Paired: scores are the policy's log-probabilities, the reference is read by the loss. */
export const aot = ({ beta = 0.1, paired = true, ...options }: AotOptions & { readonly beta?: number } = {}): Method =>
  compose({
    beta: constantBeta({ beta }),
    scorer: paired ? logLikelihood({ length: "sum" }) : implicitReward(),
    loss: dominance({ paired, ...options }),
  });
