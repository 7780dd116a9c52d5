/** Many results, each computed once: a sweep that was killed goes on with what is missing. */
import { mkdir } from "node:fs/promises";
import { cellError, cellFile, readDone, writeOutcome, type CellError, type CellOutcome } from "./cell-file.ts";

interface Place<C> {
  readonly cell: C;
  /** From 0, among the cells. */
  readonly index: number;
  readonly total: number;
}

export type SweepEvent<C, R> =
  | (Place<C> & { readonly type: "started" })
  | (Place<C> & { readonly type: "done" | "kept"; readonly result: R })
  | (Place<C> & { readonly type: "failed"; readonly error: CellError });

export interface SweepOptions<C, R> {
  /** JSON objects, each with all that determines its result. */
  readonly cells: readonly C[];
  /** Gets a file for each cell; it may hold those of other sweeps. */
  readonly folder: string;
  /** The result of a cell: JSON. */
  readonly run: (cell: C) => R | Promise<R>;
  readonly onEvent?: (event: SweepEvent<C, R>) => void;
  /** Ends the sweep after the cell that is going on. */
  readonly signal?: AbortSignal;
}

export interface Sweep<C, R> {
  /** In the order of the cells; fewer where the sweep was interrupted. */
  readonly outcomes: readonly CellOutcome<C, R>[];
  /** Cells are left. */
  readonly interrupted: boolean;
}

/**
 * Runs what has no result yet, one cell after the other, and writes each result as it comes into `folder`, under a name that hashes the cell.
 * A cell that fails is written with its error, and run again by the next sweep; the others go on. A file that is damaged counts as missing.
 *
 * @throws the errors of the file system.
 */
export async function runSweep<C extends object, R>(options: SweepOptions<C, R>): Promise<Sweep<C, R>> {
  const { cells, folder, run, onEvent, signal } = options;
  await mkdir(folder, { recursive: true });
  const outcomes = new Map<string, CellOutcome<C, R>>();
  const ended: CellOutcome<C, R>[] = [];
  for (const [index, cell] of cells.entries()) {
    if (signal?.aborted) return { outcomes: ended, interrupted: true };
    const emit = (event: DistributiveOmit<SweepEvent<C, R>, keyof Place<C>>): void =>
      onEvent?.({ ...event, cell, index, total: cells.length });
    const file = cellFile(folder, cell);
    const known = outcomes.get(file) ?? (await outcomeOf<C, R>(file, cell));
    const outcome = known ?? (await compute(file, cell, run, () => emit({ type: "started" })));
    outcomes.set(file, outcome);
    ended.push(outcome);
    if (outcome.state === "failed") emit({ type: "failed", error: outcome.error });
    else emit({ type: known ? "kept" : "done", result: outcome.result });
  }
  return { outcomes: ended, interrupted: false };
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

async function outcomeOf<C extends object, R>(file: string, cell: C): Promise<CellOutcome<C, R> | undefined> {
  const done = await readDone(file, cell);
  return done && { cell, state: "done", result: done.result as R };
}

async function compute<C extends object, R>(
  file: string,
  cell: C,
  run: SweepOptions<C, R>["run"],
  started: () => void,
): Promise<CellOutcome<C, R>> {
  started();
  let outcome: CellOutcome<C, R>;
  try {
    outcome = { cell, state: "done", result: await run(cell) };
  } catch (error) {
    outcome = { cell, state: "failed", error: cellError(error) };
  }
  await writeOutcome(file, outcome);
  return outcome;
}
