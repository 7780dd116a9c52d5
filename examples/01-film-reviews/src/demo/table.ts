import type { DemoRow } from "./run-demo.ts";

const columns: readonly (readonly [title: string, cell: (row: DemoRow) => string])[] = [
  ["", ({ name }) => name],
  ["true reward", ({ reward }) => reward.mean.toFixed(3)],
  ["95 % interval", ({ reward }) => `[${reward.low.toFixed(3)}, ${reward.high.toFixed(3)}]`],
  ["KL (nats)", ({ kl }) => kl.toFixed(2)],
  ["accuracy", ({ accuracy }) => (accuracy === undefined ? "-" : accuracy.toFixed(3))],
  ["length", ({ length }) => length.toFixed(1)],
  ["grammatical", ({ grammatical }) => `${(100 * grammatical).toFixed(0)} %`],
  ["trained in", ({ seconds }) => (seconds === 0 ? "-" : `${seconds.toFixed(0)} s`)],
];

/** The results as a table of text, a line per model. */
export function renderTable(rows: readonly DemoRow[]): string {
  const lines = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  const align = (cell: string, index: number) =>
    index === 0 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!);
  return lines.map((line) => line.map(align).join("   ").trimEnd()).join("\n");
}
