/** A sweep's summary as text, and as a page. */
import { renderReport, type Comparison, type ComparisonSeries, type Interval as Bar } from "@tokenwise/report";
import type { CeilingPoint, Interval } from "@tokenwise/sweep";
import { number, table } from "../output/format.ts";
import type { BoundsSummary } from "./bounds.ts";
import { pointText } from "./point-text.ts";
import type { MethodSummary, Summary } from "./summarize.ts";
import { summaryTables } from "./tables.ts";

export const summaryText = (summary: Summary): string =>
  summaryTables(summary)
    .map(({ title, columns, rows, caption }) => `\n${title}\n${table([columns, ...rows])}${caption ?? ""}\n`)
    .join("");

const bar = ({ mean, low, high }: Interval): Bar => ({ value: mean, low, high });

/** One HTML document. @throws TW_E_REPORT_NOT_BUILT */
export function summaryPage(title: string, summary: Summary): string {
  const { prompts, reference, methods, controls, bounds } = summary;
  const comparison: Comparison = {
    reward: "reward",
    series: [
      ...methods.map((method): ComparisonSeries => ({
        ...{ name: method.name, kind: "method", joined: true },
        points: method.points
          .flatMap(({ point, test }) =>
            test ? [{ label: pointText(point), kl: bar(test.kl), reward: bar(test.reward) }] : [],
          )
          .sort((one, other) => one.kl.value - other.kl.value),
      })),
      ...methods.flatMap(atEqualFlops),
      ...controls.flatMap(({ name, point, test }): readonly ComparisonSeries[] =>
        test
          ? [
              {
                name,
                kind: "control",
                points: [{ label: pointText(point), kl: bar(test.kl), reward: bar(test.reward) }],
              },
            ]
          : [],
      ),
      ...(bounds ? [bestOfNSeries(bounds)] : []),
      { name: "reference", kind: "reference", points: [{ kl: { value: 0 }, reward: bar(reference.reward) }] },
    ],
    ...(bounds && { ceiling: bounds.ceiling.map(bandAt) }),
    caption: `On ${prompts.test} prompts that chose nothing; means over runs, with 95 % t intervals over prompts.`,
  };
  return renderReport({ title, runs: [], comparison, tables: summaryTables(summary) });
}

const bestOfNSeries = ({ bestOfN }: BoundsSummary): ComparisonSeries => ({
  ...{ name: "best of n", kind: "best-of-n", joined: true },
  points: bestOfN.map(({ n, klBound, reward }) => ({
    ...{ label: `best of ${n}`, kl: { value: klBound }, reward: bar(reward) },
  })),
});

const bandAt = ({ kl, reward, halfWidth }: CeilingPoint) => ({
  ...{ kl, reward, low: reward - halfWidth, high: reward + halfWidth },
});

function atEqualFlops({ name, equalFlops }: MethodSummary): readonly ComparisonSeries[] {
  if (!equalFlops?.test || !equalFlops.training) return [];
  const { kl, reward } = equalFlops.test;
  const label = `${number(equalFlops.training.steps)} steps`;
  return [{ name: `${name}, equal FLOPs`, kind: "method", points: [{ label, kl: bar(kl), reward: bar(reward) }] }];
}
