/** What is possible at all on the prompts that are measured: the ceiling and the best of n, by the true reward. */
import { modelDigest } from "@tokenwise/model";
import type { LanguageModel } from "@tokenwise/core";
import { bestOfN, type BestOfN, type Bound, ceilingOf, type CeilingPoint } from "@tokenwise/sweep";
import { truthOf, type World } from "../world/worlds.ts";
import { histogramsOf, readCeilingSamples } from "../ceiling/read-ceiling.ts";

export interface Bounds {
  readonly points: readonly CeilingPoint[];
  readonly bestOfN: readonly BestOfN[];
  /** Of the true reward at a mean KL over the same prompts: with a turned sign, the smallest. */
  readonly at: (kl: number) => Bound;
}

/** @param options.flip What pursues the reward with its sign turned: floors, and the worst of n. */
export async function boundsFor(
  reference: LanguageModel,
  { world, prompts, flip }: { readonly world: World; readonly prompts: readonly string[]; readonly flip: boolean },
): Promise<Bounds> {
  const digest = modelDigest(reference.model);
  const histograms = histogramsOf(await readCeilingSamples(), {
    world: truthOf(world),
    prompts,
    modelDigest: digest,
    flip,
  });
  const ceiling = ceilingOf(histograms, { largest: 1 });
  const best = bestOfN(histograms);
  const turned = <Value extends { readonly reward: number }>(value: Value): Value =>
    flip ? { ...value, reward: -value.reward } : value;
  return {
    points: ceiling.points.map(turned),
    bestOfN: best.map((point) => {
      const { mean, low, high } = point.reward;
      return flip ? { ...point, reward: { mean: -mean, low: -high, high: -low } } : point;
    }),
    at: (kl) => turned(ceiling.at(kl)),
  };
}
