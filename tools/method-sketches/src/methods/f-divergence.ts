import {
  logRatio,
  logSigmoid,
  responseLengths,
  scorer,
  sumTokens,
  tf,
  type PerCandidate,
  type SequenceScorer,
} from "@tokenwise/kit";

export interface FDivergenceOptions {
  /** In place of the reverse KL of DPO. */
  readonly divergence?: "forward-kl" | "jensen-shannon" | "alpha";
  /** α of the α-divergence. */
  readonly alpha?: number;
  readonly length?: "sum" | "mean";
}

/**
 * The score by the divergence that regularizes: f'(u), u = π/π_ref of the response.                    [Wang et al. 2024]
 *
 *   forward KL: −1/u        Jensen–Shannon: log(2u/(1 + u))        α: u^(α−1)/(α − 1)
 *
 * Logged is the log-ratio, as of DPO.
 */
export const fDivergence = ({
  divergence = "forward-kl",
  alpha = 0.5,
  length = "sum",
}: FDivergenceOptions = {}): SequenceScorer => {
  const slope = {
    "forward-kl": (log: PerCandidate): PerCandidate => tf.neg(tf.exp(tf.neg(log))),
    "jensen-shannon": (log: PerCandidate): PerCandidate => logSigmoid(log),
    alpha: (log: PerCandidate): PerCandidate => tf.div(tf.exp(tf.mul(alpha - 1, log)), alpha - 1),
  }[divergence];
  return scorer({
    name: `f-divergence:${divergence}`,
    options: { alpha, length },
    needs: { ratio: logRatio },
    score({ batch, read }, { reward }) {
      const log = sumTokens(tf.mul(reward, read.ratio), batch);
      const scale = length === "mean" ? responseLengths(batch) : tf.scalar(1);
      return { score: tf.div(slope(log), scale), reward: log };
    },
  });
};
