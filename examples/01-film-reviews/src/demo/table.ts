import type { BestOfN, Interval } from "@tokenwise/sweep";
import type { DemoResults, DemoRow } from "./run-demo.ts";

type Columns<Row> = readonly (readonly [title: string, cell: (row: Row) => string])[];

const intervalOf = ({ low, high }: Interval): string => `[${low.toFixed(3)}, ${high.toFixed(3)}]`;

/** A bound that is not reached is not known to be the ceiling itself. */
const ceilingOf = ({ ceiling }: DemoRow, flip: boolean): string =>
  `${ceiling.reached ? "" : flip ? "≥ " : "≤ "}${ceiling.reward.toFixed(3)}`;

const columns = (flip: boolean, proxy: boolean): Columns<DemoRow> => [
  ["", ({ name }) => name],
  ["true reward", ({ reward }) => reward.mean.toFixed(3)],
  ["95 % interval", ({ reward }) => intervalOf(reward)],
  ...(proxy ? ([["proxy", ({ labelReward }) => labelReward.toFixed(3)]] satisfies Columns<DemoRow>) : []),
  ["KL (nats)", ({ kl }) => kl.mean.toFixed(2)],
  [flip ? "floor" : "ceiling", (row) => ceilingOf(row, flip)],
  ["accuracy", ({ accuracy }) => (accuracy === undefined ? "-" : accuracy.toFixed(3))],
  ["length", ({ length }) => length.toFixed(1)],
  ["grammatical", ({ grammatical }) => `${(100 * grammatical).toFixed(0)} %`],
  ["compute", ({ kind, compute }) => (kind === "reference" ? "-" : `${compute.toFixed(1)} ×`)],
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
  world,
  options: { flip },
}: Pick<DemoResults, "rows" | "bestOfN" | "world" | "options">): string {
  const of = (...kinds: readonly DemoRow["kind"][]) => rows.filter(({ kind }) => kinds.includes(kind));
  const cells = <Row>(shown: readonly Row[], of: Columns<Row>) => shown.map((row) => of.map(([, cell]) => cell(row)));
  const ofModels = columns(flip, world.endsWith("-proxy"));
  const titles = ofModels.map(([title]) => title);
  const blocks = [
    [titles, ...cells(of("reference", "method"), ofModels)],
    cells(of("control"), ofModels),
    cells(bestOfN, bestColumns(flip)),
  ].filter((block) => block.length > 0);
  const widths = titles.map((_, index) => Math.max(...blocks.flat().map((line) => (line[index] ?? "").length)));
  const align = (cell: string, index: number) =>
    index === 0 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!);
  return blocks.map((block) => block.map((line) => line.map(align).join("   ").trimEnd()).join("\n")).join("\n\n");
}

/** What a reader has to know beside the numbers: whose judge is no judge, what costs extra, what had no time. */
export function remarksOn({ rows, skipped }: Pick<DemoResults, "rows" | "skipped">): readonly string[] {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const judged = rows.flatMap(({ name, shares }) =>
    shares
      .filter((share) => share.name === "accuracy")
      .map(({ mean, low, high }) => {
        const verdict =
          low > 0.5 ? "its judge is better than a coin" : "not meaningful, its judge is no better than a coin";
        return `${name}: ${verdict}. It prefers the chosen review in ${percent(mean)} of the pairs, [${percent(low)}, ${percent(high)}].`;
      }),
  );
  const told = new Map<string, string[]>();
  for (const { name, cost } of rows)
    if (cost?.labels !== undefined) told.set(cost.labels, [...(told.get(cost.labels) ?? []), name]);
  return [
    ...judged,
    ...[...told].map(([labels, names]) => `Told more than one label a pair, ${labels}: ${names.join("; ")}.`),
    ...(skipped.length > 0 ? [`Left out for want of time (--minutes, --methods): ${skipped.join("; ")}.`] : []),
  ];
}
