import type { PerCandidate } from "../contract/axes.ts";
import { preferenceLoss, type PreferenceLoss } from "../contract/parts.ts";
import { overCandidates } from "../numerics/groups.ts";
import { rewards } from "../requests/dataset.ts";
import { tf } from "../tensorflow.ts";
import { sequenceSum, tokenLogProb } from "./log-probs.ts";

export interface PlackettLuceOptions {
  /** What ranks the candidates: their targets, rewards, or log-probabilities under the reference; default: targets. */
  readonly by?: keyof typeof measures | undefined;
  /** Only the first places of the ranking count; default: all. */
  readonly places?: number | undefined;
  /** λ: share of even targets at each place. */
  readonly smoothing?: number;
  /** ε of the Poly term. */
  readonly poly?: number;
}

const measures = { targets: undefined, rewards, reference: sequenceSum(tokenLogProb("reference")) };

/**
 * −log of the probability that the candidates are drawn in their order by `by`, largest first, per place:
 *
 *   ℓ_k = logsumexp(u_k … u_n) − (1 − λ) u_k − λ mean(u_k … u_n),    u = β s          [ListMLE: Xia et al. 2008; Plackett 1975]
 *   ℓ   = mean over places k < n of ℓ_k + ε (1 − e^−ℓ_k)                              [Poly-1: Leng et al. 2022]
 *
 * Of equals the earlier candidate comes first. Targets that a softmax made are 0 in 32 bits, and so equal, from about 100 below the
 * largest logit, and targets all on one candidate rank no other: `by` rewards, or `places` 1. For a pair by hard targets with
 * λ = ε = 0 it is `logistic`.
 */
export const plackettLuce = ({
  by = "targets",
  places,
  smoothing = 0,
  poly = 0,
}: PlackettLuceOptions = {}): PreferenceLoss =>
  preferenceLoss({
    name: "plackett-luce",
    options: { by, places: places ?? null, smoothing, poly },
    needs: { measure: measures[by] },
    loss({ targets, read, batch: { candidateMask, groupSize } }, { scores, beta }) {
      const order = ranked(read.measure ?? targets, candidateMask);
      const placed = (x: tf.Tensor): tf.Tensor => tf.sum(tf.mul(order, tf.expandDims(x, 1)), 2);
      const [u, exists] = [placed(tf.mul(overCandidates(beta), scores)), placed(candidateMask)];
      const index = tf.range(0, groupSize);
      const fromHere = tf.cast(tf.greaterEqual(tf.expandDims(index, 0), tf.expandDims(index, 1)), "float32");
      const left = tf.mul(fromHere, tf.expandDims(exists, 1)); // [P, place, those that are left there]
      const count = tf.sum(left, 2);
      const each = tf.mul(left, tf.expandDims(u, 1));
      const normalizer = tf.logSumExp(tf.sub(each, tf.mul(1e9, tf.sub(1, left))), 2);
      const mean = tf.div(tf.sum(each, 2), tf.maximum(1, count));
      const early = tf.logicalAnd(tf.greater(count, 1), tf.less(index, places ?? groupSize));
      const counted = tf.cast(early, "float32"); // the last place is certain
      const aim = tf.add(tf.mul(1 - smoothing, u), tf.mul(smoothing, mean));
      const plain = tf.mul(counted, tf.sub(normalizer, aim)); // before the exponential: 0 where nobody is left
      const perPlace = poly === 0 ? plain : tf.add(plain, tf.mul(poly, tf.sub(1, tf.exp(tf.neg(plain)))));
      return { loss: tf.div(tf.sum(perPlace, 1), tf.maximum(1, tf.sum(counted, 1))) };
    },
  });

/** One-hot rows [P, place, G]; missing candidates last. A product with them has a gradient, unlike a gather along an axis. */
function ranked(measure: PerCandidate, exists: PerCandidate): tf.Tensor3D {
  const [values, mask] = [measure.arraySync() as number[][], exists.arraySync() as number[][]];
  const rows = values.map((row, p) =>
    [...row.keys()]
      .sort((a, b) => mask[p]![b]! - mask[p]![a]! || row[b]! - row[a]! || a - b)
      .map((at) => row.map((_, candidate) => Number(candidate === at))),
  );
  return tf.tensor3d(rows);
}
