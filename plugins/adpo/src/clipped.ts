import { overCandidates, tf, type PerCandidate, type PreferenceLoss } from "@tokenwise/kit";

/** A loss by scores that are held within ±clipScore, and after the product with β within ±clipLogit. */
export function clipped(loss: PreferenceLoss, clipScore = Infinity, clipLogit = Infinity): PreferenceLoss {
  const within = (x: PerCandidate, bound: number): PerCandidate =>
    bound === Infinity ? x : tf.clipByValue(x, -bound, bound);
  return {
    ...loss,
    loss: (view, { scores, beta }) => {
      const logits = within(tf.mul(overCandidates(beta), within(scores, clipScore)), clipLogit);
      return loss.loss(view, { scores: logits, beta: tf.onesLike(beta) });
    },
  };
}
