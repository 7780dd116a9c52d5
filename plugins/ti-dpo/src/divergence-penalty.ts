import { auxiliaryLoss, forwardKl, sumTokens, tf, type AuxiliaryLoss } from "@tokenwise/kit";

/** weight · mean over the candidates of Σ_t KL(π_ref ‖ π)_t: the released code's `kl_coef`. */
export const divergencePenalty = (weight: number): AuxiliaryLoss =>
  auxiliaryLoss({
    name: "divergence-penalty",
    weight,
    needs: { kl: forwardKl },
    sum: ({ read, batch }) => tf.sum(sumTokens(read.kl, batch)),
    count: ({ batch }) => tf.sum(batch.candidateMask),
  });
