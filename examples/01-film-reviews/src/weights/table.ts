import type { Interval } from "@tokenwise/sweep";
import type { Agreement } from "./compare.ts";
import type { WeightsResults, WeightsRow } from "./measure-weights.ts";

const figure = (value: number): string => value.toFixed(2);
const withBounds = (interval: Interval | undefined): string =>
  interval === undefined ? "-" : `${figure(interval.mean)} [${figure(interval.low)}, ${figure(interval.high)}]`;

/** Of a judge that is no better than a coin, or worse, weights mean nothing. */
function noteOf({ accuracy, agreement, labels, models }: WeightsRow, trainingPairs: number): string {
  const judge = accuracy && [
    ...(accuracy.low > 0.5 ? [] : ["not meaningful"]),
    `judge right in ${figure(accuracy.mean)} [${figure(accuracy.low)}, ${figure(accuracy.high)}] of ${accuracy.rows}`,
  ];
  const needs = [
    ...(labels === "none" ? [] : [`${trainingPairs} labels`]),
    ...(models === 0 ? [] : [`${models} models`]),
  ];
  return [...(agreement.why === undefined ? [] : [agreement.why]), ...(judge ?? []), ...needs].join("; ");
}

const titles = ["", "ρ with |A|", "noise out", "ρ with ±A", "AUC", "− surprisal's", "average precision", "of", "needs"];

/** A world's results as a table of text, a line per weighter. */
export function renderWeights({ certainty, rows, oracle, world, rollouts, trainingPairs }: WeightsResults): string {
  const cells = (
    { name, agreement, beyond }: Pick<WeightsRow, "name" | "agreement" | "beyond">,
    note: string,
    noiseOut: string,
  ): readonly string[] => [
    name,
    withBounds(agreement.rank),
    noiseOut,
    withBounds(agreement.signed),
    withBounds(agreement.area),
    withBounds(beyond),
    withBounds(agreement.precision),
    String(agreement.ranked),
    note,
  ];
  const noiseOut = ({ rank }: Agreement) => (rank === undefined ? "-" : figure(rank.mean / Math.sqrt(certainty.ranks)));
  const of = (kind: WeightsRow["kind"]) =>
    rows
      .filter((row) => row.kind === kind)
      .map((row) => cells(row, noteOf(row, trainingPairs), noiseOut(row.agreement)));
  const oracleCells = cells(
    { name: "oracle: half the rollouts of the other", agreement: oracle, beyond: undefined },
    "a reward for every rollout",
    "",
  );
  const blocks = [[titles, ...of("method")], of("yardstick"), [...of("control"), oracleCells]];
  const widths = titles.map((_, column) => Math.max(...blocks.flat().map((line) => [...line[column]!].length)));
  const last = titles.length - 1;
  const align = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0]!) : column === last ? cell : cell.padStart(widths[column]!);
  const text = blocks
    .filter((block) => block.length > 0)
    .map((block) => block.map((line) => line.map(align).join("   ").trimEnd()).join("\n"));
  const head = `World "${world}": ${certainty.tokens} tokens of ${certainty.responses} reviews, ${rollouts} rollouts after each; ${certainty.matter} tokens matter. Standard error of A ${certainty.error.toFixed(3)}; reliability of A ${figure(certainty.signed)}, of the order of |A| ${figure(certainty.ranks)}.`;
  return [head, ...text].join("\n\n");
}
