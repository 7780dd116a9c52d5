/** Rewards lie in [−1, 1]; histograms count them on a grid of this step. */
const step = 0.005;
const last = Math.round(2 / step);

/** The reward that each place of a histogram stands for. */
export const gridRewards: readonly number[] = Array.from({ length: last + 1 }, (_, index) => index * step - 1);

/** How many of the rewards are nearest to each place of the grid. */
export function histogramOf(rewards: readonly number[]): readonly number[] {
  const counts = Array<number>(last + 1).fill(0);
  for (const reward of rewards) counts[Math.round((reward + 1) / step)]! += 1;
  return counts;
}
