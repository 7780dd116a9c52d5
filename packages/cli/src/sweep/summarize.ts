/** From results to what a sweep says: the point of the grid that each method gets, and how much better it is there. */
import { intervalOfMean, meanOf, pairedDifferences, type CellOutcome, type Interval } from "@tokenwise/sweep";
import type { Cell, Run } from "./cells.ts";
import type { CellResult } from "./compute.ts";
import type { GridPoint } from "./trials.ts";

export interface Worth {
  readonly reward: Interval;
  readonly kl: Interval;
  readonly length: number;
}

export interface PointSummary {
  readonly point: GridPoint;
  readonly runs: number;
  /** Runs that failed; a point with one is not chosen. */
  readonly failed: number;
  /** Mean reward on the first half of the prompts. */
  readonly validation?: number;
  /** On the second half: means, and 95 % t intervals over prompts. */
  readonly test?: Worth;
}

export interface MethodSummary {
  readonly name: string;
  readonly points: readonly PointSummary[];
  /** Index of the chosen point: the largest mean reward on the first half; undefined where every point has a failed run. */
  readonly chosen?: number;
  /** From the baseline, on the second half, each at its chosen point. All intervals hold together at 95 %. */
  readonly difference?: { readonly simultaneous: Interval; readonly interval: Interval; readonly adjustedP: number };
}

export interface Summary {
  readonly baseline: string;
  readonly prompts: { readonly validation: number; readonly test: number };
  readonly reference: Worth;
  readonly methods: readonly MethodSummary[];
}

type Outcome = CellOutcome<Cell, CellResult>;

/** @param outcomes  of the runs, in their order. */
export function summarize(
  runs: readonly Run[],
  outcomes: readonly Outcome[],
  given: { readonly reference: CellResult; readonly baseline: string; readonly seed: number },
): Summary {
  const total = given.reference.prompts.length;
  const half = Math.floor(total / 2);
  const names = [...new Set(runs.map(({ trial }) => trial.name))];
  const pairs = runs.map((run, index) => ({ run, outcome: outcomes[index]! }));
  const chosenRuns: { method: string; trainingSeed: number; dataSeed: string; values: number[] }[] = [];
  const methods = names.map((name): MethodSummary => {
    const own = pairs.filter(({ run }) => run.trial.name === name);
    const points = [...new Set(own.map(({ run }) => run.trial.point))];
    const grouped = points.map((point) => own.filter(({ run }) => run.trial.point === point));
    const summaries = grouped.map((group, index) => summaryOf(points[index]!, group, half));
    const chosen = summaries.reduce<number | undefined>((best, { validation }, index) => {
      if (validation === undefined) return best;
      return best === undefined || validation > summaries[best]!.validation! ? index : best;
    }, undefined);
    if (chosen === undefined) return { name, points: summaries };
    for (const { run, outcome } of grouped[chosen]!)
      if (outcome.state === "done")
        chosenRuns.push({
          ...{ method: name, trainingSeed: run.seed, dataSeed: run.data },
          values: outcome.result.prompts.slice(half).map(({ reward }) => reward),
        });
    return { name, points: summaries, chosen };
  });
  const { baseline, seed } = given;
  const known = methods.some(({ name, chosen }) => name === baseline && chosen !== undefined);
  const differences = known ? pairedDifferences({ results: chosenRuns, baseline, seed }) : [];
  return {
    baseline,
    prompts: { validation: half, test: total - half },
    reference: worthOf([given.reference], half),
    methods: methods.map((method) => {
      const found = differences.find((one) => one.method === method.name);
      if (!found) return method;
      const { simultaneous, interval, adjustedP } = found;
      return { ...method, difference: { simultaneous, interval, adjustedP } };
    }),
  };
}

function summaryOf(point: GridPoint, group: readonly { readonly outcome: Outcome }[], half: number): PointSummary {
  const done = group.flatMap(({ outcome }) => (outcome.state === "done" ? [outcome.result] : []));
  const counts = { point, runs: group.length, failed: group.length - done.length };
  if (counts.failed > 0) return counts;
  const validation = meanOf(done.flatMap(({ prompts }) => prompts.slice(0, half).map(({ reward }) => reward)));
  return { ...counts, validation, test: worthOf(done, half) };
}

/** Means over runs of each prompt of the second half, and over these prompts. */
function worthOf(results: readonly CellResult[], half: number): Worth {
  const of = (key: "reward" | "kl" | "length"): number[] =>
    results[0]!.prompts.slice(half).map((_, at) => meanOf(results.map(({ prompts }) => prompts[half + at]![key])));
  return { reward: intervalOfMean(of("reward")), kl: intervalOfMean(of("kl")), length: meanOf(of("length")) };
}
