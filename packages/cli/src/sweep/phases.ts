/** All runs of a sweep: those that it names, then, at the chosen points, controls and runs for equal FLOPs. */
import { runSweep, type SweepEvent } from "@tokenwise/sweep";
import type { Cell, Run } from "./cells.ts";
import { controlRuns } from "./control-runs.ts";
import { computeRun, type CellResult, type ComputeFrom, type Measured } from "./compute.ts";
import type { ControlName } from "../config/schema.ts";
import { runsAtEqualFlops } from "./equal-flops.ts";
import { chosenRuns, summarize, withControls, withEqualFlops, type Summary } from "./summarize.ts";
import type { Ended } from "./worth.ts";

export interface PhaseOptions extends ComputeFrom {
  /** What the reference is worth. */
  readonly ofReference: Measured;
  readonly baseline: string;
  readonly seed: number;
  readonly equalFlops: boolean;
  readonly controls: readonly ControlName[];
  readonly signal: AbortSignal;
  readonly show: (event: SweepEvent<Cell, CellResult>, run: Run) => void;
  /** An error as it is kept. */
  readonly advise: (error: unknown, run: Run) => unknown;
}

export interface Phases {
  readonly total: number;
  readonly ended: readonly Ended[];
  /** Undefined where it was interrupted. */
  readonly summary?: Summary;
}

export async function runPhases(runs: readonly Run[], options: PhaseOptions): Promise<Phases> {
  const { ofReference: reference, baseline, seed, equalFlops } = options;
  const first = await runAll(runs, options);
  if (first.length < runs.length) return { total: runs.length, ended: first };
  const summary = summarize(first, { reference, baseline, seed });

  const controls = controlRuns(options.controls, first, summary);
  const equal = equalFlops ? runsAtEqualFlops(first, summary) : new Map<string, readonly Run[]>();
  const known = new Map(first.map((ended) => [ended.run, ended]));
  const missing = [...controls.values(), ...equal.values()].flat().filter((run) => !known.has(run));
  const second = await runAll(missing, options);
  const [total, ended] = [runs.length + missing.length, [...first, ...second]];
  if (ended.length < total) return { total, ended };
  for (const one of second) known.set(one.run, one);
  const endedOf = (named: ReadonlyMap<string, readonly Run[]>) =>
    new Map([...named].map(([name, own]) => [name, own.map((run) => known.get(run)!)]));
  const baselineRuns = chosenRuns(first, summary).get(baseline) ?? [];
  const told = withControls(summary, endedOf(controls), { baselineRuns, seed });
  return { total, ended, summary: equalFlops ? withEqualFlops(told, endedOf(equal), seed) : told };
}

/** Fewer where it was interrupted. */
async function runAll(
  runs: readonly Run[],
  { show, signal, advise, ...from }: PhaseOptions,
): Promise<readonly Ended[]> {
  const byCell = new Map<Cell, Run>(runs.map((run) => [run.cell, run]));
  const { outcomes } = await runSweep<Cell, CellResult>({
    ...{ cells: runs.map(({ cell }) => cell), folder: from.folder, signal },
    run: async (cell) => {
      const run = byCell.get(cell)!;
      try {
        return await computeRun(run, from);
      } catch (error) {
        throw advise(error, run);
      }
    },
    onEvent: (event) => show(event, byCell.get(event.cell)!),
  });
  return outcomes.map((outcome, index) => ({ run: runs[index]!, outcome }));
}
