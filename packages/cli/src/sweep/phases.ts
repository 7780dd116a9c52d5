/** All runs of a sweep: those that it names, then those of chosen points at equal FLOPs. */
import { runSweep, type SweepEvent } from "@tokenwise/sweep";
import type { Cell, Run } from "./cells.ts";
import { computeRun, type CellResult, type ComputeFrom, type Measured } from "./compute.ts";
import { runsAtEqualFlops } from "./equal-flops.ts";
import { summarize, withEqualFlops, type Summary } from "./summarize.ts";
import type { Ended } from "./worth.ts";

export interface PhaseOptions extends ComputeFrom {
  /** What the reference is worth. */
  readonly ofReference: Measured;
  readonly baseline: string;
  readonly seed: number;
  readonly equalFlops: boolean;
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
  const { ofReference: reference, baseline, seed } = options;
  const first = await runAll(runs, options);
  if (first.length < runs.length) return { total: runs.length, ended: first };
  const summary = summarize(first, { reference, baseline, seed });
  if (!options.equalFlops) return { total: runs.length, ended: first, summary };

  const equal = runsAtEqualFlops(first, summary);
  const known = new Map(first.map((ended) => [ended.run, ended]));
  const missing = [...equal.values()].flat().filter((run) => !known.has(run));
  const second = await runAll(missing, options);
  const [total, ended] = [runs.length + missing.length, [...first, ...second]];
  if (ended.length < total) return { total, ended };
  for (const one of second) known.set(one.run, one);
  const byMethod = new Map([...equal].map(([name, own]) => [name, own.map((run) => known.get(run)!)]));
  return { total, ended, summary: withEqualFlops(summary, byMethod, seed) };
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
