import type { DemoResults, DemoRow } from "./run-demo.ts";
import type { BestOfN } from "../ceiling/best-of-n.ts";
import type { Interval } from "../world/interval.ts";

type Columns<Row> = readonly (readonly [title: string, cell: (row: Row) => string])[];

const intervalOf = ({ low, high }: Interval): string => `[${low.toFixed(3)}, ${high.toFixed(3)}]`;

/** A bound that is not reached is not known to be the ceiling itself. */
const ceilingOf = ({ ceiling }: DemoRow, flip: boolean): string =>
  `${ceiling.reached ? "" : flip ? "≥ " : "≤ "}${ceiling.reward.toFixed(3)}`;

const columns = (flip: boolean): Columns<DemoRow> => [
  ["", ({ name }) => name],
  ["true reward", ({ reward }) => reward.mean.toFixed(3)],
  ["95 % interval", ({ reward }) => intervalOf(reward)],
  ["KL (nats)", ({ kl }) => kl.mean.toFixed(2)],
  [flip ? "floor" : "ceiling", (row) => ceilingOf(row, flip)],
  ["accuracy", ({ accuracy }) => (accuracy === undefined ? "-" : accuracy.toFixed(3))],
  ["length", ({ length }) => length.toFixed(1)],
  ["grammatical", ({ grammatical }) => `${(100 * grammatical).toFixed(0)} %`],
  ["trained in", ({ seconds }) => (seconds === 0 ? "-" : `${seconds.toFixed(0)} s`)],
];

const bestColumns = (flip: boolean): Columns<BestOfN> => [
  ["", ({ n }) => `${flip ? "worst" : "best"} of ${n}`],
  ["true reward", ({ reward }) => reward.mean.toFixed(3)],
  ["95 % interval", ({ reward }) => intervalOf(reward)],
  ["KL (nats)", ({ klBound }) => `≤ ${klBound.toFixed(2)}`],
];

/** The results as a table of text, a line per model: the methods, then the controls, then the best of n samples of the reference. */
export function renderTable({
  rows,
  bestOfN,
  options: { flip },
}: Pick<DemoResults, "rows" | "bestOfN" | "options">): string {
  const of = (...kinds: readonly DemoRow["kind"][]) => rows.filter(({ kind }) => kinds.includes(kind));
  const cells = <Row>(shown: readonly Row[], of: Columns<Row>) => shown.map((row) => of.map(([, cell]) => cell(row)));
  const titles = columns(flip).map(([title]) => title);
  const blocks = [
    [titles, ...cells(of("reference", "method"), columns(flip))],
    cells(of("control"), columns(flip)),
    cells(bestOfN, bestColumns(flip)),
  ].filter((block) => block.length > 0);
  const widths = titles.map((_, index) => Math.max(...blocks.flat().map((line) => (line[index] ?? "").length)));
  const align = (cell: string, index: number) =>
    index === 0 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!);
  return blocks.map((block) => block.map((line) => line.map(align).join("   ").trimEnd()).join("\n")).join("\n\n");
}
