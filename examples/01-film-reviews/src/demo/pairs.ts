import { prefersFirst, type Labelling } from "../world/labels.ts";
import type { Samples } from "../world/evaluate.ts";
import { seeded } from "../world/random.ts";
import { worldNamed, type Reward } from "../world/worlds.ts";

export interface Pair {
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
}

export interface PairOptions extends Labelling {
  readonly seed: number;
  /** What labels are drawn from. Default: the truth of the world "scope". */
  readonly reward?: Reward;
}

/** All pairs among the samples of each prompt, labelled by Bradley–Terry on the reward of the whole review. Equal samples are no pair. */
export function labelledPairs(
  samples: readonly Samples[],
  { seed, reward: rewardOf = worldNamed("scope").reward, ...labelling }: PairOptions,
): readonly Pair[] {
  const random = seeded(seed, "labels");
  return samples.flatMap(({ prompt, completions }) => {
    const judged = completions.map((text) => ({ text, reward: rewardOf(prompt, text) }));
    return judged.flatMap((first, index) =>
      judged.slice(index + 1).flatMap((second): Pair[] => {
        const firstWins = prefersFirst(first.reward, second.reward, labelling, random);
        const [chosen, rejected] = firstWins ? [first, second] : [second, first];
        return first.text === second.text ? [] : [{ prompt, chosen: ` ${chosen.text}`, rejected: ` ${rejected.text}` }];
      }),
    );
  });
}
