/** What runs say together. */
import {
  intervalOfMean,
  meanOf,
  type Bound,
  type CellOutcome,
  type Interval,
  type TrainingFlops,
} from "@tokenwise/sweep";
import type { Cell, Run } from "./cells.ts";
import type { CellResult, Measured } from "./compute.ts";

/** A run, and what became of it. */
export interface Ended {
  readonly run: Run;
  readonly outcome: CellOutcome<Cell, CellResult>;
}

export interface Worth {
  readonly reward: Interval;
  readonly kl: Interval;
  readonly length: number;
  /** Share of all held-out pairs, where there are some. */
  readonly accuracy?: number;
  /** The largest mean reward that this mean KL allows, where samples of the reference tell it. */
  readonly ceiling?: Bound;
}

/** Means over runs. */
export interface Training {
  readonly steps: number;
  /** Of matrix products. */
  readonly flops: TrainingFlops & { readonly annotation: number; readonly total: number };
  /** What else was computed, and is in none of these numbers. */
  readonly uncounted: readonly string[];
  /** What parts said in any of the runs, each sentence once. */
  readonly warnings: readonly string[];
}

export interface RunsSummary {
  readonly runs: number;
  /** What follows is known where none failed. */
  readonly failed: number;
  /** Mean reward on the first half of the prompts. */
  readonly validation?: number;
  /** On the second half: means, and 95 % t intervals over prompts. */
  readonly test?: Worth;
  readonly training?: Training;
}

export const resultsOf = (ended: readonly Ended[]): readonly CellResult[] =>
  ended.flatMap(({ outcome }) => (outcome.state === "done" ? [outcome.result] : []));

export const totalFlops = ({ flops }: Pick<CellResult, "flops">): number =>
  flops.annotation + flops.before + flops.reference + flops.steps;

/** @param half  prompts that choose. */
export function summaryOfRuns(ended: readonly Ended[], half: number): RunsSummary {
  const done = resultsOf(ended);
  const counts = { runs: ended.length, failed: ended.length - done.length };
  if (counts.failed > 0 || done.length === 0) return counts;
  const validation = meanOf(done.flatMap(({ prompts }) => prompts.slice(0, half).map(({ reward }) => reward)));
  return { ...counts, validation, test: worthOf(done, half), training: trainingOf(done) };
}

/** Means over runs of each prompt of the second half, and over these prompts. */
export function worthOf(results: readonly Measured[], half: number): Worth {
  const of = (key: "reward" | "kl" | "length"): number[] =>
    results[0]!.prompts.slice(half).map((_, at) => meanOf(results.map(({ prompts }) => prompts[half + at]![key])));
  const accuracies = results.flatMap(({ accuracy }) => accuracy ?? []);
  return {
    ...{ reward: intervalOfMean(of("reward")), kl: intervalOfMean(of("kl")), length: meanOf(of("length")) },
    ...(accuracies.length > 0 && { accuracy: meanOf(accuracies) }),
  };
}

function trainingOf(results: readonly CellResult[]): Training {
  const mean = (of: (result: CellResult) => number): number => meanOf(results.map(of));
  return {
    steps: mean(({ steps }) => steps),
    flops: {
      annotation: mean(({ flops }) => flops.annotation),
      before: mean(({ flops }) => flops.before),
      reference: mean(({ flops }) => flops.reference),
      steps: mean(({ flops }) => flops.steps),
      total: mean(totalFlops),
    },
    uncounted: [...new Set(results.flatMap(({ uncounted }) => uncounted))],
    warnings: [...new Set(results.flatMap(({ warnings }) => warnings))],
  };
}
