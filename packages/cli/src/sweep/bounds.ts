/** What is possible at all on the prompts that are reported, from samples of the reference. */
import { seedFrom, type LanguageModel } from "@tokenwise/core";
import {
  bestOfN,
  ceilingOf,
  sampleHistogram,
  type BestOfN,
  type Ceiling,
  type CeilingPoint,
  type Prompt,
  type RewardHistogram,
  type SampleHistogramOptions,
} from "@tokenwise/sweep";
import type { Cell, Common } from "./cells.ts";
import { kept } from "./kept.ts";
import type { Summary } from "./summarize.ts";
import type { RunsSummary } from "./worth.ts";

export interface Bounds {
  /** Of the reference, for each prompt. */
  readonly samples: number;
  readonly ceiling: Ceiling;
  readonly bestOfN: readonly BestOfN[];
}

interface BoundsFrom extends Omit<SampleHistogramOptions, "samples"> {
  /** For each prompt; undefined: no bounds are wanted. */
  readonly samples: number | undefined;
  readonly prompts: readonly Prompt[];
  /** Of cells. */
  readonly folder: string;
  readonly common: Common;
  readonly signal: AbortSignal;
  /** Of a prompt that is done. */
  readonly show: (done: number) => void;
}

export interface BoundsSummary extends Pick<Bounds, "samples" | "bestOfN"> {
  readonly ceiling: readonly CeilingPoint[];
}

/** Prompts that are done are kept. @throws as `measurePolicy`. */
export async function boundsOf(
  reference: LanguageModel,
  { prompts, samples, folder, common, signal, show, ...sampling }: BoundsFrom,
): Promise<Bounds | "interrupted" | undefined> {
  if (samples === undefined) return undefined;
  const histograms: RewardHistogram[] = [];
  for (const [index, prompt] of prompts.entries()) {
    if (signal.aborted) return "interrupted";
    const cell: Cell = { ofReference: { samples, prompt: index }, common };
    const own = { ...sampling, samples, seed: seedFrom(sampling.seed, "ceiling", index) };
    histograms.push(await kept(folder, cell, () => sampleHistogram(reference, prompt, own)));
    show(index + 1);
  }
  return { samples, ceiling: ceilingOf(histograms), bestOfN: bestOfN(histograms) };
}

/** With the ceiling of each at its own KL. */
export function withBounds(summary: Summary, { samples, ceiling, bestOfN }: Bounds): Summary {
  const under = <Runs extends RunsSummary>(runs: Runs): Runs =>
    runs.test ? { ...runs, test: { ...runs.test, ceiling: ceiling.at(runs.test.kl.mean) } } : runs;
  return {
    ...summary,
    methods: summary.methods.map(({ points, equalFlops, ...method }) => ({
      ...{ ...method, points: points.map(under) },
      ...(equalFlops && { equalFlops: under(equalFlops) }),
    })),
    controls: summary.controls.map(under),
    bounds: { samples, ceiling: ceiling.points, bestOfN },
  };
}
