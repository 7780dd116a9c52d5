import { overCandidates, tf, type PerCandidate, type PerPrompt } from "@tokenwise/kit";
import type { Call } from "./call-parts.ts";

/**
 * The metrics of preference training under TRL's names, over a micro-batch:
 * `rewards/chosen`, `rewards/rejected`, `rewards/margins`, `rewards/accuracies`, `logps/chosen`, `logps/rejected`, and `beta`.
 *
 * Rewards are β times the score that the method logs. Chosen is the preferred candidate, rejected the mean of the others.
 *
 * @param logps  Σ_t log π(y_t), [P, G].
 */
export function logPreferences(
  { tally, batch, preferred }: Call,
  logps: PerCandidate,
  scored: { readonly beta: PerPrompt; readonly reward: PerCandidate } | undefined,
): void {
  const others: PerCandidate = tf.mul(batch.candidateMask, tf.sub(1, preferred));
  const count = tf.sum(others, 1);
  const compared = tf.cast(tf.greater(count, 0), "float32");
  const chosenOf = (x: PerCandidate): PerPrompt => tf.sum(tf.mul(preferred, x), 1);
  const rejectedOf = (x: PerCandidate): PerPrompt => tf.div(tf.sum(tf.mul(others, x), 1), tf.maximum(1, count));
  if (scored && batch.groupSize > 1) {
    const rewards: PerCandidate = tf.mul(overCandidates(scored.beta), scored.reward);
    const [chosen, rejected] = [chosenOf(rewards), rejectedOf(rewards)];
    tally.addTensor("rewards/chosen", chosen);
    tally.addTensor("rewards/rejected", rejected, compared);
    tally.addTensor("rewards/accuracies", tf.cast(tf.greater(chosen, rejected), "float32"), compared);
    tally.addTensor("rewards/margins", tf.sub(chosen, rejected), compared);
    tally.addTensor("beta", scored.beta);
  }
  tally.addTensor("logps/chosen", chosenOf(logps));
  if (batch.groupSize > 1) tally.addTensor("logps/rejected", rejectedOf(logps), compared);
}
