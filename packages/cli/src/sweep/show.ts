/** A sweep's summary as a table, and as a page. */
import { renderReport, type Comparison, type Interval as Bar } from "@tokenwise/report";
import type { Interval } from "@tokenwise/sweep";
import { number, table } from "../output/format.ts";
import type { MethodSummary, Summary } from "./summarize.ts";
import type { GridPoint } from "./trials.ts";

/** `method.beta 0.1, learningRate 0.001` */
export const pointText = (point: GridPoint): string =>
  Object.entries(point)
    .map(([key, value]) => `${key} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");

export function summaryTable({ baseline, prompts, reference, methods }: Summary): string {
  const rows = [
    ["method", "chosen", "reward", "KL", `from ${baseline}`],
    ...methods.map((method) => rowOf(method, baseline)),
    ["(reference)", "", number(reference.reward.mean), "0", ""],
  ];
  const about =
    `reward and KL (nats) on ${prompts.test} prompts, points chosen by the reward on ${prompts.validation} others; ` +
    "differences of the reward with 95 % intervals that hold together";
  return `${table(rows)}${about}\n`;
}

function rowOf({ name, points, chosen, difference }: MethodSummary, baseline: string): readonly string[] {
  const point = chosen === undefined ? undefined : points[chosen];
  if (!point?.test) return [name, "every point has a failed run", "", "", ""];
  const { test } = point;
  const { mean, low, high } = difference?.simultaneous ?? {};
  const from =
    mean === undefined ? (name === baseline ? "" : "unknown") : `${number(mean)} [${number(low!)}, ${number(high!)}]`;
  return [name, pointText(point.point), number(test.reward.mean), number(test.kl.mean), from];
}

const bar = ({ mean, low, high }: Interval): Bar => ({ value: mean, low, high });

/** One HTML document. @throws TW_E_REPORT_NOT_BUILT */
export function summaryPage(title: string, summary: Summary): string {
  const { prompts, reference, methods } = summary;
  const comparison: Comparison = {
    reward: "reward",
    series: [
      ...methods.map(({ name, points }) => ({
        ...{ name, kind: "method" as const, joined: true },
        points: points
          .flatMap(({ point, test }) =>
            test ? [{ label: pointText(point), kl: bar(test.kl), reward: bar(test.reward) }] : [],
          )
          .sort((one, other) => one.kl.value - other.kl.value),
      })),
      { name: "reference", kind: "reference", points: [{ kl: { value: 0 }, reward: bar(reference.reward) }] },
    ],
    caption: `On ${prompts.test} prompts that chose nothing; means over runs, with 95 % t intervals over prompts.`,
  };
  const notes = summaryTable(summary).trim().split("\n");
  return renderReport({ title, runs: [], comparison, notes });
}
