import { meanOf, type Interval } from "@tokenwise/sweep";
import { seeded } from "../world/random.ts";

const resamples = 2000;

/**
 * The mean of values that come in groups (the responses to one prompt), with the percentile interval of 95 % over draws of whole groups;
 * undefined without values. [Efron 1979]
 */
export function bootstrapMean(groups: readonly (readonly number[])[], seed: number): Interval | undefined {
  const full = groups.filter((group) => group.length > 0);
  if (full.length === 0) return undefined;
  const random = seeded(seed, "bootstrap");
  const means = Array.from({ length: resamples }, () => {
    const drawn = full.map(() => full[Math.floor(random() * full.length)]!);
    return meanOf(drawn.flat());
  }).sort((a, b) => a - b);
  const at = (share: number) => means[Math.round(share * (resamples - 1))]!;
  return { mean: meanOf(full.flat()), low: at(0.025), high: at(0.975) };
}
