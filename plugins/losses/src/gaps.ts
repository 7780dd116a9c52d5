/** What the parts of β-DPO share: they read the reward gap of every pair of the step. */
import {
  logRatio,
  sequenceSum,
  tf,
  type Observed,
  type Paper,
  type PerCandidate,
  type PerPrompt,
} from "@tokenwise/kit";
import { z } from "zod";
import { certainPair, gapOf } from "./pair-loss.ts";

export const paper: Paper = {
  title: "β-DPO: Direct Preference Optimization with Dynamic β",
  url: "https://arxiv.org/abs/2407.08639",
};

export const gapOptions = z.object({
  beta: z.number().positive().default(0.1).describe("β₀: of a step whose mean gap is the running mean; unit of gaps"),
  momentum: z.number().min(0).lt(1).default(0.9).describe("share of a running mean that stays in a step"),
});

export const everyGap = {
  needs: { ratio: sequenceSum(logRatio) },
  requires: certainPair,
  coupling: "batch",
} as const;

/** M of every pair: β₀ times the difference of the log-ratios, [P]. */
export const gapsOf = (ratio: PerCandidate, preferred: PerCandidate, beta: number): PerPrompt =>
  tf.mul(beta, gapOf(ratio, preferred));

/** Running mean and deviation of the gaps: M₀ and σ. */
export const runningGaps = (momentum: number) => ({
  signals: ["gap"] as const,
  init: (): Readonly<Record<"mean" | "deviation", number>> => ({ mean: 0, deviation: 1 }),
  update(
    { mean, deviation }: Readonly<Record<"mean" | "deviation", number>>,
    { signal: { gap } }: Observed<"gap">,
  ): Readonly<Record<"mean" | "deviation", number>> {
    const moved = (from: number, to: number): number => momentum * from + (1 - momentum) * to;
    return { mean: moved(mean, gap.mean), deviation: moved(deviation, gap.standardDeviation) };
  },
});
