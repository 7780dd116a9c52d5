import { renameSync, writeFileSync } from "node:fs";

/** The whole text or nothing: who reads the file meanwhile sees the old one. */
export function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.partial`, text);
  renameSync(`${file}.partial`, file);
}
