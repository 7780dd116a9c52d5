import type { PerCandidate, PerToken } from "../contract/axes.ts";
import { scorer, type SequenceScorer } from "../contract/parts.ts";
import { responseLengths, sumTokens } from "../numerics/groups.ts";
import { stopGradient } from "../numerics/tape.ts";
import type { Request } from "../requests/request.ts";
import { tf } from "../tensorflow.ts";
import { forwardKl } from "./divergences.ts";
import { logRatio } from "./log-probs.ts";

export interface ImplicitRewardOptions {
  /** α, of the divergence term; 0 leaves it out. */
  readonly divergence?: number;
  /** κ: the divergence per token; TIS-DPO takes the reverse KL with α < 0. */
  readonly kl?: Request<PerToken>;
  /** No gradient through the divergence of the preferred candidate (TDPO-2). */
  readonly stopPreferred?: boolean;
  /** α of the reward that is logged; default: that of the score. */
  readonly logged?: number;
  /** Divide by the response length (IPO). */
  readonly length?: "sum" | "mean";
}

/**
 * The score of DPO and its token-level relatives:
 *
 *   s = Σ_t m_t [ w_t ρ_t + α v_t κ_t ]          [Rafailov et al. 2023, Eq. 5 with w = 1, α = 0; Zeng et al. 2024, Eq. 14]
 *
 * @returns scores [P, G] in nats, to be multiplied by β.
 */
export const implicitReward = ({
  divergence = 0,
  kl = forwardKl,
  stopPreferred = false,
  logged = divergence,
  length = "sum",
}: ImplicitRewardOptions = {}): SequenceScorer =>
  scorer({
    name: "implicit-reward",
    options: { divergence, kl: kl.name, stopPreferred, logged, length },
    needs: { ratio: logRatio, kl: divergence === 0 && logged === 0 ? undefined : kl },
    score({ batch, read, preferred }, weights) {
      const scale = length === "mean" ? responseLengths(batch) : tf.scalar(1);
      const perCandidate = (tokens: PerToken): PerCandidate => tf.div(sumTokens(tokens, batch), scale);
      const ratio = perCandidate(tf.mul(weights.reward, read.ratio));
      if (!read.kl) return { score: ratio };
      const sum = perCandidate(tf.mul(weights.divergence, read.kl));
      const used: PerCandidate = stopPreferred
        ? tf.add(tf.mul(preferred, stopGradient(sum)), tf.mul(tf.sub(1, preferred), sum))
        : sum;
      return { score: tf.add(ratio, tf.mul(divergence, used)), reward: tf.add(ratio, tf.mul(logged, sum)) };
    },
  });
