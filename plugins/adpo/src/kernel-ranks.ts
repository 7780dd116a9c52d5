import { tf, type RewardTransform } from "@tokenwise/kit";

/**
 * logit of F(R_i) = mean over the group of Φ((R_i − R_j) / h): where a reward stands in its group, smoothly. An outlier is first or
 * last and no more: |logit F| ≤ log(2n − 1).
 *
 * h by default: 0.9 σ n^(−1/5), σ = 1.4826 · median |R − median R|, or the range where that is 0. [Silverman 1986, Eq. 3.31]
 */
export const kernelRanks = ({ bandwidth }: { readonly bandwidth?: number | undefined }): RewardTransform => ({
  name: "kde",
  of(below, exists) {
    const mask = exists.arraySync() as number[][];
    const groups = (below.arraySync() as number[][]).map((group, p) => group.filter((_, i) => mask[p]![i] === 1));
    const widths = groups.map((group) => [[Math.SQRT2 * (bandwidth ?? silverman(group))]]);
    const apart = tf.div(tf.sub(tf.expandDims(below, 2), tf.expandDims(below, 1)), tf.tensor3d(widths)); // [P, G, G]
    const lower = tf.mul(tf.mul(0.5, tf.add(1, tf.erf(apart))), tf.expandDims(exists, 1));
    const rank = tf.div(tf.sum(lower, 2), tf.sum(exists, 1, true));
    return tf.sub(tf.log(rank), tf.log(tf.sub(1, rank)));
  },
});

function silverman(below: readonly number[]): number {
  const centre = median(below);
  const robust = 1.4826 * median(below.map((reward) => Math.abs(reward - centre)));
  return 0.9 * below.length ** -0.2 * (robust || -Math.min(...below) || 1);
}

function median(values: readonly number[]): number {
  const [sorted, middle] = [values.toSorted((a, b) => a - b), values.length / 2];
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
