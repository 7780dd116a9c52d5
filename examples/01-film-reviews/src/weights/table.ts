import type { Interval } from "@tokenwise/sweep";
import type { Agreement } from "./compare.ts";
import type { WeightsResults, WeightsRow } from "./measure-weights.ts";

const figure = (value: number): string => value.toFixed(2);
const withBounds = (interval: Interval | undefined): string =>
  interval === undefined ? "-" : `${figure(interval.mean)} [${figure(interval.low)}, ${figure(interval.high)}]`;

/** Of a judge that is no better than a coin, or worse, weights mean nothing. */
function noteOf({ accuracy, agreement: { why } }: WeightsRow): string {
  const judge = accuracy && [
    ...(accuracy.low > 0.5 ? [] : ["not meaningful"]),
    `judge right in ${figure(accuracy.mean)} [${figure(accuracy.low)}, ${figure(accuracy.high)}] of ${accuracy.rows}`,
  ];
  return [...(why === undefined ? [] : [why]), ...(judge ?? [])].join("; ");
}

const gigas = (flops: number): string => (flops === 0 ? "-" : (flops / 1e9).toFixed(1));

const titles = [
  "",
  "ρ with |A|",
  "noise out",
  "ρ with ±A",
  "AUC",
  "− surprisal's",
  "average precision",
  "of",
  "labels",
  "models",
  "GFLOPs",
  "",
];

/** A world's results as a table of text, a line per weighter. */
export function renderWeights({ certainty, rows, oracle, world, ...results }: WeightsResults): string {
  const cells = (
    { name, agreement, beyond }: Pick<WeightsRow, "name" | "agreement" | "beyond">,
    noiseOut: string,
    spent: readonly [labels: string, models: string, flops: string, note: string],
  ): readonly string[] => [
    name,
    withBounds(agreement.rank),
    noiseOut,
    withBounds(agreement.signed),
    withBounds(agreement.area),
    withBounds(beyond),
    withBounds(agreement.precision),
    String(agreement.ranked),
    ...spent,
  ];
  const noiseOut = ({ rank }: Agreement) => (rank === undefined ? "-" : figure(rank.mean / Math.sqrt(certainty.ranks)));
  const of = (kind: WeightsRow["kind"]) =>
    rows
      .filter((row) => row.kind === kind)
      .map((row) => {
        const labels = row.labels === "none" ? "-" : "its method's";
        return cells(row, noiseOut(row.agreement), [labels, String(row.models), gigas(row.flops), noteOf(row)]);
      });
  const rewards = `${(certainty.tokens + certainty.responses) * results.rollouts} rewards`;
  const oracleCells = cells(
    { name: "oracle: half the rollouts of the other", agreement: oracle, beyond: undefined },
    "",
    [rewards, "0", "", ""],
  );
  const blocks = [[titles, ...of("method")], of("yardstick"), [...of("control"), oracleCells]];
  const widths = titles.map((_, column) => Math.max(...blocks.flat().map((line) => [...line[column]!].length)));
  const last = titles.length - 1;
  const align = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0]!) : column === last ? cell : cell.padStart(widths[column]!);
  const text = blocks
    .filter((block) => block.length > 0)
    .map((block) => block.map((line) => line.map(align).join("   ").trimEnd()).join("\n"));
  const head = `World "${world}": ${certainty.tokens} tokens of ${certainty.responses} reviews, ${results.rollouts} rollouts after each; ${certainty.matter} tokens matter. Standard error of A ${certainty.error.toFixed(3)}; reliability of A ${figure(certainty.signed)}, of the order of |A| ${figure(certainty.ranks)}. GFLOPs are about, for ${results.trainingPairs} training pairs; a training by DPO takes ${gigas(results.dpoFlops)}.`;
  return [head, ...text].join("\n\n");
}
