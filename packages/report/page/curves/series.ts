/** What a chart draws: one line per run, metric, and training or evaluation. */
import { gradientMarks, type GradientMark } from "../../src/gradient-marks.ts";
import type { MeasuredStep, ReportRun } from "../../src/report.ts";
import type { ChartSpec } from "./charts.ts";
import { smooth, type Point } from "./thin.ts";

export interface NumberedRun {
  /** Decides the colour. */
  readonly index: number;
  readonly run: ReportRun;
}

export interface Series {
  /** The same for training and evaluation. */
  readonly label: string;
  readonly run: number;
  readonly dashed: boolean;
  readonly evaluation: boolean;
  readonly points: readonly Point[];
  readonly marks: readonly GradientMark[];
}

export function seriesOf(
  { metrics, marks }: ChartSpec,
  runs: readonly NumberedRun[],
  smoothing: number,
): readonly Series[] {
  const several = runs.length > 1;
  return runs
    .flatMap(({ index, run }) =>
      metrics.flatMap(({ key, label }, position) =>
        [false, true].map((evaluation): Series => {
          const points = pointsOf(evaluation ? run.evaluations : run.steps, key);
          return {
            label: [...(several ? [run.name] : []), ...(several && metrics.length === 1 ? [] : [label])].join(" "),
            run: index,
            dashed: position > 0,
            evaluation,
            points: evaluation ? points : smooth(points, smoothing),
            marks: marks === true && !evaluation ? gradientMarks(run) : [],
          };
        }),
      ),
    )
    .filter(({ points }) => points.length > 0);
}

/** The label, for where nothing else tells evaluation from training. */
export const fullLabel = ({ label, evaluation }: Series): string => (evaluation ? `${label} (evaluation)` : label);

const pointsOf = (steps: readonly MeasuredStep[], key: string): readonly Point[] =>
  steps.flatMap(({ step, metrics }): Point[] => {
    const value: number | null | undefined = metrics[key];
    return typeof value === "number" && Number.isFinite(value) ? [[step, value]] : [];
  });

/** The last point at the step or before it. */
export function pointAt(points: readonly Point[], step: number): Point | undefined {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]![0] <= step) low = middle + 1;
    else high = middle;
  }
  return points[low - 1];
}
