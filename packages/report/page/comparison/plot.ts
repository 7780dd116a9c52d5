import { areaY, dot, line, plot, ruleX, ruleY, text } from "@observablehq/plot";
import type { Comparison, Interval } from "../../src/report.ts";
import { short } from "../format.ts";
import type { Row } from "./rows.ts";

export interface ComparisonPlot {
  readonly svg: Element;
  /** Of a point, in pixels. */
  readonly position: (row: Row) => readonly [number, number];
}

interface Scale {
  readonly apply: (value: number) => number;
}

const symbols = { method: "circle", "best-of-n": "diamond", control: "times", reference: "square" } as const;

/** The intervals of more points than that are faint. */
const crowd = 40;

/** A label that has no room is told where one points at its point. */
export function plotComparison(comparison: Comparison, rows: readonly Row[], width: number): ComparisonPlot {
  const labelled = rows.filter(({ series, label }) => series.joined === true && label !== undefined);
  const { position } = plotLabelled(comparison, rows, { width, labelled: [] });
  return plotLabelled(comparison, rows, { width, labelled: apart(labelled, position) });
}

interface Layout {
  readonly width: number;
  readonly labelled: readonly Row[];
}

function plotLabelled(
  { reward, kl, ceiling = [] }: Comparison,
  rows: readonly Row[],
  { width, labelled }: Layout,
): ComparisonPlot {
  const joined = rows.filter(({ series }) => series.joined === true);
  const crowded = rows.length > crowd;
  const intervals = { stroke: (row: Row) => row.color, strokeWidth: 1.5, strokeOpacity: crowded ? 0.3 : 1 };
  const bounded = ceiling.filter(({ low, high }) => low !== undefined && high !== undefined);
  const figure = plot({
    width,
    height: Math.round(Math.min(460, Math.max(300, width * 0.5))),
    ...{ marginLeft: 52, marginRight: 20, marginTop: 28, marginBottom: 42 },
    style: { background: "transparent", fontSize: "12px", fontFamily: "inherit", overflow: "visible" },
    x: {
      label: `KL(π ‖ π_ref), ${kl ?? "nats per response"} →`,
      grid: true,
      nice: true,
      tickFormat: short,
      zero: true,
    },
    y: { label: `↑ ${reward}`, grid: true, nice: true, tickFormat: short },
    symbol: { range: Object.values(symbols), domain: Object.keys(symbols) },
    marks: [
      areaY(bounded, { x: "kl", y1: "low", y2: "high", fill: "currentColor", fillOpacity: 0.1 }),
      line(ceiling, { x: "kl", y: "reward", stroke: "currentColor", strokeWidth: 2, strokeDasharray: "2 3" }),
      line(joined, {
        ...{ x: (row: Row) => row.kl.value, y: (row: Row) => row.reward.value, z: (row: Row) => row.series.name },
        ...{ stroke: (row: Row) => row.color, strokeOpacity: 0.6 },
      }),
      ruleX(
        rows.filter((row) => isBounded(row.reward)),
        {
          ...{ x: (row: Row) => row.kl.value, y1: (row: Row) => row.reward.low, y2: (row: Row) => row.reward.high },
          ...intervals,
        },
      ),
      ruleY(
        rows.filter((row) => isBounded(row.kl)),
        {
          ...{ y: (row: Row) => row.reward.value, x2: (row: Row) => row.kl.high },
          ...{ x1: (row: Row) => Math.max(0, row.kl.low ?? 0), ...intervals }, // no divergence is negative
        },
      ),
      dot(rows, {
        ...{ x: (row: Row) => row.kl.value, y: (row: Row) => row.reward.value, symbol: (row: Row) => row.series.kind },
        ...{ stroke: (row: Row) => row.color, r: 4.5, strokeWidth: 2 },
        ...{ fill: (row: Row) => (row.series.kind === "control" ? "none" : row.color) },
      }),
      text(labelled, {
        ...{ x: (row: Row) => row.kl.value, y: (row: Row) => row.reward.value, text: (row: Row) => row.label ?? "" },
        ...{ dy: -labelHeight, fill: "var(--quiet)" },
      }),
    ],
  });
  figure.setAttribute("aria-hidden", "true");
  const [x, y] = [figure.scale("x"), figure.scale("y")] as unknown as [Scale, Scale];
  return { svg: figure, position: ({ kl, reward }) => [x.apply(kl.value), y.apply(reward.value)] };
}

/** Pixels. */
const labelHeight = 14;
const characterWidth = 6.5;

/** Those whose labels lie over none before them. */
function apart(rows: readonly Row[], position: ComparisonPlot["position"]): readonly Row[] {
  const placed: { readonly x: number; readonly y: number; readonly half: number }[] = [];
  return rows.filter((row) => {
    const [x, y] = position(row);
    const half = ((row.label?.length ?? 0) * characterWidth) / 2;
    if (placed.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < labelHeight))
      return false;
    placed.push({ x, y, half });
    return true;
  });
}

const isBounded = ({ low, high }: Interval): boolean => low !== undefined && high !== undefined;
