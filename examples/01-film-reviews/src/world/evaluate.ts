import { type Interval, intervalOfMean, meanOf } from "@tokenwise/sweep";
import { split } from "./text.ts";
import { understand } from "./understand.ts";
import type { World } from "./worlds.ts";

/** What was sampled for one prompt. */
export interface Samples {
  readonly prompt: string;
  readonly completions: readonly string[];
}

export interface Evaluation {
  /** The true reward: its mean over prompts of the mean over a prompt's samples, with a 95 % t interval over prompts. */
  readonly reward: Interval;
  /** What labels are drawn from, of the same samples: in a proxy not the truth. */
  readonly labelReward: number;
  /** A prompt's mean, in the order of the prompts: to compare models prompt by prompt. */
  readonly promptRewards: readonly number[];
  /** Share of samples, in [0, 1]. */
  readonly grammatical: number;
  /** Words and punctuation marks of a completion, without the end token; mean over samples. */
  readonly length: number;
}

/** @throws RangeError for fewer than two prompts, or a prompt without samples. */
export function evaluate(samples: readonly Samples[], { reward, labelReward }: World): Evaluation {
  const byPrompt = (value: (prompt: string, completion: string) => number) =>
    samples.map(({ prompt, completions }) => meanOf(completions.map((completion) => value(prompt, completion))));
  const completions = samples.flatMap((sample) => sample.completions);
  const promptRewards = byPrompt(reward);
  return {
    reward: intervalOfMean(promptRewards),
    labelReward: meanOf(byPrompt(labelReward)),
    promptRewards,
    grammatical: meanOf(
      samples.flatMap(({ prompt, completions: of }) =>
        of.map((completion) => Number(understand(`${prompt} ${completion}`).grammatical)),
      ),
    ),
    length: meanOf(completions.map((completion) => split(completion).length)),
  };
}
