import { prefersFirst, type Labelling } from "../world/labels.ts";
import type { Samples } from "../world/evaluate.ts";
import { seeded } from "../world/random.ts";
import { score } from "../world/semantics.ts";

export interface Pair {
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
}

export interface PairOptions extends Labelling {
  readonly seed: number;
}

/** All pairs among the samples of each prompt, labelled by Bradley–Terry on the true reward of the whole review. Equal samples are no pair. */
export function labelledPairs(samples: readonly Samples[], { seed, ...labelling }: PairOptions): readonly Pair[] {
  const random = seeded(seed, "labels");
  return samples.flatMap(({ prompt, completions }) => {
    const judged = completions.map((text) => ({ text, reward: score(`${prompt} ${text}`).reward }));
    return judged.flatMap((first, index) =>
      judged.slice(index + 1).flatMap((second): Pair[] => {
        const firstWins = prefersFirst(first.reward, second.reward, labelling, random);
        const [chosen, rejected] = firstWins ? [first, second] : [second, first];
        return first.text === second.text ? [] : [{ prompt, chosen: ` ${chosen.text}`, rejected: ` ${rejected.text}` }];
      }),
    );
  });
}
