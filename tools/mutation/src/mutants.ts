/** What Stryker's report says of each change that it tried. */

/** Of https://github.com/stryker-mutator/mutation-testing-elements, what is read here; lines and columns count from 1. */
export interface Report {
  readonly files: Readonly<Record<string, FileReport>>;
}
interface FileReport {
  readonly source: string;
  readonly mutants: readonly ReportedMutant[];
}
interface ReportedMutant {
  readonly location: { readonly start: Position; readonly end: Position };
  readonly replacement?: string;
  readonly status: string;
}
interface Position {
  readonly line: number;
  readonly column: number;
}

/** A change, told so that it is the same one after lines above it have moved. */
export interface Change {
  readonly file: string;
  /** The line, or the lines, as they stand. */
  readonly from: string;
  readonly to: string;
}

export interface Mutant extends Change {
  /** `Killed`, `Timeout`, `Survived`, `NoCoverage`, `Ignored`, `RuntimeError` or `CompileError`. */
  readonly status: string;
  readonly line: number;
}

const longest = 200;

/** On one line, and not all of a long block. */
function brief(code: string): string {
  const line = code.trim().replaceAll(/\s+/g, " ");
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

export function mutantsOf(report: Report): readonly Mutant[] {
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split("\n");
    return mutants.map(({ location: { start, end }, replacement = "", status }) => {
      const before = lines[start.line - 1]!.slice(0, start.column - 1);
      const after = lines[end.line - 1]!.slice(end.column - 1);
      const from = lines.slice(start.line - 1, end.line).join("\n");
      return { file, from: brief(from), to: brief(before + replacement + after), status, line: start.line };
    });
  });
}
