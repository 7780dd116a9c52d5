import { score } from "./semantics.ts";
import { split } from "./text.ts";
import { intervalOfMean, meanOf, type Interval } from "./interval.ts";

/** What was sampled for one prompt. */
export interface Samples {
  readonly prompt: string;
  readonly completions: readonly string[];
}

export interface Evaluation {
  /** The true reward: its mean over prompts of the mean over a prompt's samples, with a 95 % t interval over prompts. */
  readonly reward: Interval;
  /** A prompt's mean, in the order of the prompts: to compare models prompt by prompt. */
  readonly promptRewards: readonly number[];
  /** Share of samples, in [0, 1]. */
  readonly grammatical: number;
  /** Words and punctuation marks of a completion, without the end token; mean over samples. */
  readonly length: number;
}

/** @throws RangeError for fewer than two prompts, or a prompt without samples. */
export function evaluate(samples: readonly Samples[]): Evaluation {
  const scores = samples.map(({ prompt, completions }) =>
    completions.map((completion) => score(`${prompt} ${completion}`)),
  );
  const completions = samples.flatMap((sample) => sample.completions);
  const promptRewards = scores.map((ofPrompt) => meanOf(ofPrompt.map(({ reward }) => reward)));
  return {
    reward: intervalOfMean(promptRewards),
    promptRewards,
    grammatical: meanOf(scores.flat().map(({ grammatical }) => Number(grammatical))),
    length: meanOf(completions.map((completion) => split(completion).length)),
  };
}
