/** Rewards of samples of the reference for one prompt, and how often each occurred; probabilities serve as well as counts. */
export interface RewardHistogram {
  readonly rewards: readonly number[];
  readonly counts: readonly number[];
}

/** Each different reward once, in rising order, with its count. */
export function histogramOf(rewards: readonly number[]): RewardHistogram {
  const counts = new Map<number, number>();
  for (const reward of rewards) counts.set(reward, (counts.get(reward) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => a - b);
  return { rewards: sorted.map(([reward]) => reward), counts: sorted.map(([, count]) => count) };
}
