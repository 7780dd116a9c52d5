/** Losses of pairs that read β times the scores: r_w of the preferred response, r_l of the other one, h = r_w − r_l. */
import {
  compose,
  constantBeta,
  implicitReward,
  overCandidates,
  preferenceLoss,
  tf,
  type Method,
  type PerCandidate,
  type PerPrompt,
  type PreferenceLoss,
} from "@tokenwise/kit";

export interface PairRewards {
  readonly chosen: PerPrompt;
  readonly rejected: PerPrompt;
  readonly gap: PerPrompt;
  readonly beta: PerPrompt;
}

/** What stands at the preferred candidate and at the other one, [P, 2] → [P], [P]. */
export function sides(x: PerCandidate, preferred: PerCandidate): readonly [chosen: PerPrompt, rejected: PerPrompt] {
  const of = (mask: PerCandidate): PerPrompt => tf.sum(tf.mul(mask, x), 1);
  return [of(preferred), of(tf.sub(1, preferred))];
}

/** Preferred minus other, [P, 2] → [P]. */
export function gapOf(x: PerCandidate, preferred: PerCandidate): PerPrompt {
  const [chosen, rejected] = sides(x, preferred);
  return tf.sub(chosen, rejected);
}

/** Which of a pair is preferred has to be certain: these losses have their own smoothing, or none. */
export const certainPair = { group: "pair", targets: "hard" } as const;

export const pairLoss = (name: string, lossOf: (rewards: PairRewards) => PerPrompt): PreferenceLoss =>
  preferenceLoss({
    name,
    requires: certainPair,
    loss({ preferred }, { scores, beta }) {
      const [chosen, rejected] = sides(tf.mul(overCandidates(beta), scores), preferred);
      return { loss: lossOf({ chosen, rejected, gap: tf.sub(chosen, rejected), beta }) };
    },
  });

/** DPO with another loss of its rewards; "mean" divides scores by the response length. */
export const ofRewards = (beta: number, loss: PreferenceLoss, length: "sum" | "mean" = "sum"): Method =>
  compose({ beta: constantBeta({ beta }), scorer: implicitReward({ length }), loss });
