import { dot, line, plot, ruleY } from "@observablehq/plot";
import { describeMark } from "../../src/gradient-marks.ts";
import { color, dashes } from "../colors.ts";
import { exact, short } from "../format.ts";
import type { ChartSpec } from "./charts.ts";
import type { Series } from "./series.ts";
import { spread, thin, type Point } from "./thin.ts";

export interface StepPlot {
  readonly svg: Element;
  /** Pixels from the left, and the step there. */
  readonly position: (step: number) => number;
  readonly stepAt: (position: number) => number;
  /** Points that were drawn of those that there are. */
  readonly drawn: number;
  readonly all: number;
}

interface Scale {
  readonly apply: (value: number) => number;
  readonly invert: (value: number) => number;
}

/** More marks than this are one grey band. */
const mostMarks = 400;

export function plotSteps(
  spec: ChartSpec,
  series: readonly Series[],
  { width, lastStep }: { readonly width: number; readonly lastStep: number },
): StepPlot {
  const lines = series.map((each) => ({ ...each, drawn: thin(each.points, Math.max(200, width * 2)) }));
  const marks = series.flatMap(({ marks }) => marks);
  const clipped = marks.filter(({ clip }) => clip !== undefined);
  const peaks = marks.filter(({ median }) => median !== undefined);
  const [x, y] = [(point: Point) => point[0], (point: Point) => point[1]];
  const lowest = Math.min(0, ...lines.flatMap(({ drawn }) => drawn.map(y)));
  const figure = plot({
    width,
    height: 190,
    marginLeft: 52,
    marginRight: 12,
    marginTop: 12,
    marginBottom: 30,
    style: { background: "transparent", fontSize: "12px", fontFamily: "inherit", overflow: "visible" },
    x: {
      domain: [0, Math.max(1, lastStep)],
      label: null,
      ticks: Math.max(2, Math.floor(width / 80)),
      tickFormat: short,
    },
    y: {
      label: null,
      ticks: 5,
      tickFormat: short,
      nice: true,
      grid: true,
      ...(spec.domain && { domain: spec.domain }),
    },
    marks: [
      ...clipRules(clipped).map((clip) => ruleY([clip], { stroke: "var(--warn)", strokeDasharray: "2 3" })),
      ...lines.flatMap(({ drawn, run, dashed, evaluation }) => [
        line(drawn, {
          ...{ x, y, stroke: color(run), strokeWidth: evaluation ? 1 : 1.5 },
          strokeDasharray: dashes(run, dashed),
          ...(evaluation && { strokeOpacity: 0.6 }),
        }),
        ...(evaluation || drawn.length === 1
          ? [dot(spread(drawn, 40), { x, y, r: 3.5, stroke: color(run), fill: dashed ? "var(--surface)" : color(run) })]
          : []),
      ]),
      dot(spread(clipped, mostMarks), {
        ...{ x: ({ step }: { step: number }) => step, y: lowest, symbol: tick, r: 4, stroke: "var(--warn)" },
        ...{
          title: (mark: (typeof marks)[number]) => `Step ${mark.step}, norm ${exact(mark.norm)}. ${describeMark(mark)}`,
        },
      }),
      dot(spread(peaks, mostMarks), {
        ...{ x: "step", y: "norm", symbol: "triangle", r: 5, fill: "var(--warn)", stroke: "var(--surface)" },
        ...{
          title: (mark: (typeof marks)[number]) => `Step ${mark.step}, norm ${exact(mark.norm)}. ${describeMark(mark)}`,
        },
      }),
    ],
  });
  figure.setAttribute("aria-hidden", "true");
  const scale = figure.scale("x") as unknown as Scale;
  return {
    svg: figure,
    position: scale.apply,
    stepAt: scale.invert,
    drawn: lines.reduce((sum, { drawn }) => sum + drawn.length, 0),
    all: lines.reduce((sum, { points }) => sum + points.length, 0),
  };
}

const clipRules = (clipped: readonly { readonly clip?: number }[]): readonly number[] => [
  ...new Set(clipped.flatMap(({ clip }) => clip ?? [])),
];

const tick = {
  draw(context: { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void }, size: number): void {
    const height = Math.sqrt(size);
    context.moveTo(0, 0);
    context.lineTo(0, -height);
  },
};
