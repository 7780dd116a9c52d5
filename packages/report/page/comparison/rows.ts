import type { Comparison, ComparisonPoint, ComparisonSeries, Interval } from "../../src/report.ts";
import { color } from "../colors.ts";
import { exact } from "../format.ts";

/** A point with what its series says. */
export interface Row extends ComparisonPoint {
  readonly series: ComparisonSeries;
  readonly color: string;
}

export const kinds = {
  method: "method",
  "best-of-n": "best of n",
  control: "control",
  reference: "reference",
} as const;

/** @param runs  names of the runs: a series of the same name has the run's colour. */
export function rowsOf({ series }: Comparison, runs: readonly string[]): readonly Row[] {
  const colors = colorsOf(series, runs);
  return series.flatMap((one, index) =>
    one.points.map((point): Row => ({ ...point, series: one, color: colors[index]! })),
  );
}

export function colorsOf(series: readonly ComparisonSeries[], runs: readonly string[]): readonly string[] {
  const others = series.filter(({ name }) => !runs.includes(name)).map(({ name }) => name);
  return series.map(({ name }) => color(runs.includes(name) ? runs.indexOf(name) : runs.length + others.indexOf(name)));
}

export const interval = ({ value, low, high }: Interval): string =>
  low === undefined || high === undefined ? exact(value) : `${exact(value)} (${exact(low)} to ${exact(high)})`;

export const describeRow = ({ series, label, kl, reward }: Row): string =>
  `${series.name}${label === undefined ? "" : `, ${label}`}: KL ${interval(kl)}, reward ${interval(reward)}`;
