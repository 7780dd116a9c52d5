/** From results to what a sweep says: the point of the grid that each method gets, and how much better it is there. */
import type { BoundsSummary } from "./bounds.ts";
import type { Measured } from "./compute.ts";
import { differencesOf, type Difference } from "./differences.ts";
import type { GridPoint } from "./trials.ts";
import { summaryOfRuns, worthOf, type Ended, type RunsSummary, type Worth } from "./worth.ts";

/** Not chosen where a run failed. */
export interface PointSummary extends RunsSummary {
  readonly point: GridPoint;
}

/** A method at its chosen point, with as many steps as compute what the baseline computes. */
export interface EqualFlops extends RunsSummary {
  /** From the baseline at its own steps. */
  readonly difference?: Difference;
}

export interface MethodSummary {
  readonly name: string;
  readonly points: readonly PointSummary[];
  /** Index of the chosen point: the largest mean reward on the first half; undefined where every point has a failed run. */
  readonly chosen?: number;
  /** From the baseline, each at its chosen point. */
  readonly difference?: Difference;
  /** Where it was asked for. No runs: before its first step the method computes as much as the baseline in all. */
  readonly equalFlops?: EqualFlops;
}

/** A method without something that it should need, at the point that is chosen for the method. */
export interface ControlSummary extends RunsSummary {
  readonly name: string;
  readonly point: GridPoint;
  /** From the baseline at its chosen point. */
  readonly difference?: Difference;
}

export interface Summary {
  readonly baseline: string;
  readonly prompts: { readonly validation: number; readonly test: number };
  /** Its accuracy says nothing: against itself it prefers nothing. */
  readonly reference: Omit<Worth, "accuracy">;
  readonly methods: readonly MethodSummary[];
  /** Those that were asked for. */
  readonly controls: readonly ControlSummary[];
  readonly bounds?: BoundsSummary;
}

interface Given {
  readonly reference: Measured;
  readonly baseline: string;
  readonly seed: number;
}

export function summarize(ended: readonly Ended[], { reference, baseline, seed }: Given): Summary {
  const total = reference.prompts.length;
  const half = Math.floor(total / 2);
  const { reward, kl, length } = worthOf([reference], half);
  const names = [...new Set(ended.map(({ run }) => run.trial.name))];
  const summary: Summary = {
    baseline,
    prompts: { validation: half, test: total - half },
    reference: { reward, kl, length },
    methods: names.map((name) => methodOf(name, ended, half)),
    controls: [],
  };
  const differences = differencesOf(chosenRuns(ended, summary), { baseline, seed, half });
  return { ...summary, methods: summary.methods.map((method) => ({ ...method, ...of(differences, method) })) };
}

/** By method, of those that have a chosen point. */
export const chosenRuns = (ended: readonly Ended[], { methods }: Summary): ReadonlyMap<string, readonly Ended[]> =>
  new Map(
    methods.flatMap(({ name, points, chosen }) => {
      if (chosen === undefined) return [];
      const { point } = points[chosen]!;
      return [[name, ended.filter(({ run }) => run.trial.name === name && run.trial.point === point)] as const];
    }),
  );

/** Differences hold together with each other, not with those of methods. */
export function withControls(
  summary: Summary,
  controls: ReadonlyMap<string, readonly Ended[]>,
  { baselineRuns, seed }: { readonly baselineRuns: readonly Ended[]; readonly seed: number },
): Summary {
  const { baseline, prompts } = summary;
  const half = prompts.validation;
  const named = [...controls].map(([name, ended]) => {
    const { point } = ended[0]!.run.trial;
    return { name, point, ...summaryOfRuns(ended, half) };
  });
  const whole = [...controls].filter(([name]) => named.find((one) => one.name === name)?.test !== undefined);
  const compared = baselineRuns.length > 0 ? new Map([[baseline, baselineRuns], ...whole]) : new Map();
  const differences = differencesOf(compared, { baseline, seed, half });
  return { ...summary, controls: named.map((control) => ({ ...control, ...of(differences, control) })) };
}

/** @param equal  runs at equal FLOPs, by method. */
export function withEqualFlops(summary: Summary, equal: ReadonlyMap<string, readonly Ended[]>, seed: number): Summary {
  const { baseline, prompts } = summary;
  const half = prompts.validation;
  const summaries = new Map([...equal].map(([name, ended]) => [name, summaryOfRuns(ended, half)]));
  const whole = new Map([...equal].filter(([name]) => summaries.get(name)?.test !== undefined));
  const differences = differencesOf(whole, { baseline, seed, half });
  const methods = summary.methods.map((method) => {
    const found = summaries.get(method.name);
    return found ? { ...method, equalFlops: { ...found, ...of(differences, method) } } : method;
  });
  return { ...summary, methods };
}

function of(
  differences: ReadonlyMap<string, Difference>,
  { name }: { readonly name: string },
): { readonly difference?: Difference } {
  const difference = differences.get(name);
  return difference ? { difference } : {};
}

function methodOf(name: string, ended: readonly Ended[], half: number): MethodSummary {
  const own = ended.filter(({ run }) => run.trial.name === name);
  const points = [...new Set(own.map(({ run }) => run.trial.point))].map((point): PointSummary => {
    const group = own.filter(({ run }) => run.trial.point === point);
    return { point, ...summaryOfRuns(group, half) };
  });
  const chosen = points.reduce<number | undefined>((best, { validation }, index) => {
    if (validation === undefined) return best;
    return best === undefined || validation > points[best]!.validation! ? index : best;
  }, undefined);
  return { name, points, ...(chosen !== undefined && { chosen }) };
}
