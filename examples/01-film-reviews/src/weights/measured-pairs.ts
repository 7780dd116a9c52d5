import type { Samples } from "../world/evaluate.ts";

/** Of each prompt the first two samples that differ. A prompt whose samples are all equal is left out. */
export function measuredPairs(samples: readonly Samples[], count: number): readonly Samples[] {
  return samples
    .flatMap(({ prompt, completions: [first, ...others] }): Samples[] => {
      const second = others.find((other) => other !== first);
      return first === undefined || second === undefined ? [] : [{ prompt, completions: [first, second] }];
    })
    .slice(0, count);
}
