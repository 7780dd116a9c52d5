import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TokenwiseError } from "@tokenwise/kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cellFile, runSweep, type SweepEvent } from "../src/index.ts";

interface Cell {
  readonly beta: number;
  readonly seed: number;
}
interface Result {
  readonly reward: number;
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tokenwise-sweep-"));
});
afterEach(() => rm(folder, { recursive: true }));

const cells: readonly Cell[] = [0.1, 0.2].flatMap((beta) => [0, 1].map((seed) => ({ beta, seed })));
const rewardOf = ({ beta, seed }: Cell): Result => ({ reward: beta * 10 + seed });

/** A sweep, with its events in short and the cells that it ran. */
async function sweep(given: readonly Cell[], run: (cell: Cell) => Result = rewardOf, signal?: AbortSignal) {
  const events: SweepEvent<Cell, Result>[] = [];
  const ran: Cell[] = [];
  const result = await runSweep({
    ...{ cells: given, folder },
    run: (cell) => {
      ran.push(cell);
      return run(cell);
    },
    onEvent: (event) => events.push(event),
    ...(signal && { signal }),
  });
  return { ...result, events, ran, types: events.map(({ type }) => type) };
}

const failing = (cell: Cell): Result => {
  if (cell.beta === 0.2 && cell.seed === 0)
    throw new TokenwiseError("TW_E_NON_FINITE", "loss is NaN", { hint: "lower it" });
  if (cell.beta === 0.2) throw new Error("out of paper");
  return rewardOf(cell);
};

describe("a sweep", () => {
  it("has the results of its cells in their order, and a file for each with the cell and its result", async () => {
    const { outcomes, interrupted, events } = await sweep(cells);
    expect([interrupted, outcomes]).toEqual([
      false,
      cells.map((cell) => ({ cell, state: "done", result: rewardOf(cell) })),
    ]);
    expect(events.slice(0, 2)).toEqual([
      { type: "started", cell: cells[0], index: 0, total: 4 },
      { type: "done", cell: cells[0], index: 0, total: 4, result: rewardOf(cells[0]!) },
    ]);
    expect((await readdir(folder)).sort()).toEqual(cells.map((cell) => cellFile("", cell)).sort());
    expect(JSON.parse(await readFile(cellFile(folder, cells[2]!), "utf8"))).toEqual(outcomes[2]);
  });

  it("computes nothing that it has, whatever the order of cells and of their keys", async () => {
    const { outcomes } = await sweep(cells);
    const again = await sweep([...cells].reverse().map(({ beta, seed }) => ({ seed, beta })));
    expect([again.ran, again.types]).toEqual([[], ["kept", "kept", "kept", "kept"]]);
    expect([...again.outcomes].reverse()).toEqual(outcomes);
  });

  it("computes a cell that is named twice once", async () => {
    const { ran, types } = await sweep([cells[0]!, cells[0]!]);
    expect([ran, types]).toEqual([[cells[0]], ["started", "done", "kept"]]);
  });

  it("that is stopped goes on with what is missing", async () => {
    const stop = new AbortController();
    const run = (cell: Cell): Result => {
      if (cell === cells[1]) stop.abort();
      return rewardOf(cell);
    };
    const first = await sweep(cells, run, stop.signal);
    expect([first.interrupted, first.outcomes.length]).toEqual([true, 2]);
    const second = await sweep(cells);
    expect([second.interrupted, second.ran]).toEqual([false, cells.slice(2)]);
    expect(second.outcomes.map(({ cell }) => cell)).toEqual(cells);
  });

  it("goes on after cells that fail, keeps their errors, and runs them again the next time", async () => {
    const { outcomes, types } = await sweep(cells, failing);
    expect(outcomes.map(({ state }) => state)).toEqual(["done", "done", "failed", "failed"]);
    expect(types.slice(4)).toEqual(["started", "failed", "started", "failed"]);
    const errors = [{ code: "TW_E_NON_FINITE", message: "loss is NaN\n  hint: lower it" }, { message: "out of paper" }];
    for (const [index, error] of errors.entries()) {
      const file: unknown = JSON.parse(await readFile(cellFile(folder, cells[2 + index]!), "utf8"));
      expect(file).toEqual({ cell: cells[2 + index], state: "failed", error });
    }
    const again = await sweep(cells);
    expect([again.ran, again.outcomes.every(({ state }) => state === "done")]).toEqual([cells.slice(2), true]);
  });

  it("takes a file that is half written, or of another cell, as missing", async () => {
    await sweep(cells);
    const whole = await readFile(cellFile(folder, cells[0]!), "utf8");
    await writeFile(cellFile(folder, cells[0]!), whole.slice(0, whole.length / 2));
    await writeFile(cellFile(folder, cells[1]!), whole);
    await writeFile(`${cellFile(folder, cells[2]!)}.1.partial`, "{");
    const { ran, outcomes } = await sweep(cells);
    expect(ran).toEqual(cells.slice(0, 2));
    expect(outcomes).toEqual(cells.map((cell) => ({ cell, state: "done", result: rewardOf(cell) })));
  });

  it("computes a cell that has changed, and leaves the others", async () => {
    await sweep(cells);
    const changed = [...cells.slice(0, 3), { beta: 0.3, seed: 1 }];
    expect((await sweep(changed)).ran).toEqual([changed[3]]);
    expect((await sweep(cells)).ran).toEqual([]);
  });
});
