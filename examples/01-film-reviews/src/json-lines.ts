import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes one JSON object a line; makes the folder if need be. */
export async function writeJsonLines(file: string, rows: readonly object[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}
