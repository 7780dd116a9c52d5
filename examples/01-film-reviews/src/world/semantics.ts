import { scope, type Truth } from "./truths.ts";
import { understand, type Understood } from "./understand.ts";

export interface Score {
  /** In [−1, 1]. */
  readonly reward: number;
  /** Whether the whole review is of the language. */
  readonly grammatical: boolean;
}

/**
 * The reward by a truth. A review that is broken loses by it:
 *
 *     max(−1, s − ½ − ½ · b)
 *
 * where s is the truth of the pieces that are understood (0 without any) and b the share of those that are not. So it earns ½ at most, and
 * −1 if nothing in it is understood.
 */
export function rewardBy(truth: Truth, { grammatical, derivations, broken }: Understood): number {
  const reward = truth(derivations);
  return grammatical ? reward : Math.max(-1, reward - 0.5 - 0.5 * broken);
}

/** The true reward of a whole review (prompt and continuation) in the world `scope`: its sentiment. */
export function score(review: string): Score {
  const understood = understand(review);
  return { reward: rewardBy(scope, understood), grammatical: understood.grammatical };
}
