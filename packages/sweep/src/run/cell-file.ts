/** What a sweep keeps of a cell: one JSON file, named by what the cell is. */
import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stableJson, TokenwiseError } from "@tokenwise/kit";

export interface CellError {
  /** Undefined for an error without a code. */
  readonly code?: string;
  readonly message: string;
}

export type CellOutcome<C, R> =
  | { readonly cell: C; readonly state: "done"; readonly result: R }
  | { readonly cell: C; readonly state: "failed"; readonly error: CellError };

/** Equal cells have one file, whatever the order of their keys. */
export const cellFile = (folder: string, cell: object): string =>
  join(folder, `${createHash("sha256").update(stableJson(cell)).digest("hex")}.json`);

/** The result that a file holds; undefined where there is none, or none that can be relied on. */
export async function readDone(file: string, cell: object): Promise<{ readonly result: unknown } | undefined> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  });
  const outcome = parsed(text) as Partial<CellOutcome<object, unknown>> | null | undefined;
  if (outcome?.state !== "done" || stableJson(outcome.cell) !== stableJson(cell)) return undefined;
  return { result: outcome.result };
}

/** The whole file or nothing. */
export async function writeOutcome(file: string, outcome: CellOutcome<object, unknown>): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  await writeFile(partial, `${JSON.stringify(outcome, undefined, 2)}\n`);
  await rename(partial, file);
}

export function cellError(error: unknown): CellError {
  if (!(error instanceof Error)) return { message: String(error) };
  return { ...(TokenwiseError.is(error) && { code: error.code }), message: error.message };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
