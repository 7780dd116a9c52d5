import { useEffect, useMemo, useRef } from "preact/hooks";
import { describeMark } from "../../src/gradient-marks.ts";
import { exact, plural, short } from "../format.ts";
import { useWidth } from "../use-width.ts";
import type { ChartSpec } from "./charts.ts";
import { Legend } from "./legend.tsx";
import { plotSteps } from "./plot-steps.ts";
import { fullLabel, pointAt, seriesOf, type NumberedRun, type Series } from "./series.ts";
import { ValueTable } from "./value-table.tsx";

interface ChartProps {
  readonly spec: ChartSpec;
  readonly runs: readonly NumberedRun[];
  readonly smoothing: number;
  readonly lastStep: number;
  /** The step that is pointed at, in all charts. */
  readonly cursor: number | undefined;
  readonly onCursor: (step: number | undefined) => void;
}

export function Chart({ spec, runs, smoothing, lastStep, cursor, onCursor }: ChartProps) {
  const [frame, width] = useWidth();
  const drawing = useRef<HTMLDivElement>(null);
  const series = useMemo(() => seriesOf(spec, runs, smoothing), [spec.id, runs, smoothing]);
  const plotted = useMemo(
    () => (width > 0 ? plotSteps(spec, series, { width, lastStep }) : undefined),
    [series, width, lastStep],
  );
  useEffect(() => {
    if (plotted) drawing.current?.replaceChildren(plotted.svg);
  }, [plotted]);

  const at = cursor ?? lastStep;
  const marks = series.flatMap((each) => each.marks.filter(({ step }) => step === cursor).map(describeMark));
  const move = (event: PointerEvent): void => {
    if (!plotted || !frame.current) return;
    const position = event.clientX - frame.current.getBoundingClientRect().left;
    onCursor(nearest(series, plotted.stepAt(position), (step) => Math.abs(plotted.position(step) - position) < 5));
  };
  const titleId = `${spec.id}-title`;
  return (
    <figure class="chart" aria-labelledby={titleId} data-chart={spec.id}>
      <figcaption>
        <h3 id={titleId}>{spec.title}</h3>
        <p class="quiet">{spec.about}</p>
      </figcaption>
      <Legend series={series} at={at} />
      <div
        ref={frame}
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={`${spec.title}: ${sentence(series)} Left and right move along the steps.`}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={lastStep}
        aria-valuenow={at}
        aria-valuetext={[
          `step ${at}`,
          ...series.map((each) => `${fullLabel(each)} ${exact(pointAt(each.points, at)?.[1])}`),
          ...marks,
        ].join(", ")}
        onPointerMove={move}
        onPointerLeave={() => onCursor(undefined)}
        onBlur={() => onCursor(undefined)}
        onFocus={() => onCursor(at)}
        onKeyDown={(event) => {
          const to = stepForKey(event.key, series, at, lastStep);
          if (to === null) return;
          event.preventDefault();
          onCursor(to);
        }}
      >
        <div ref={drawing} />
        {cursor !== undefined && plotted && (
          <div class="crosshair" style={{ left: `${plotted.position(Math.min(cursor, lastStep))}px` }} />
        )}
      </div>
      <div>
        <p class="quiet reading">
          {cursor === undefined ? `last values, step ${lastStep}` : `step ${cursor}`}
          {plotted && plotted.drawn < plotted.all
            ? ` · ${plural(plotted.all, "point")}, ${plotted.drawn.toLocaleString("en")} drawn: first, last and extremes of every stretch`
            : ""}
        </p>
        {marks.map((mark) => (
          <p class="mark">{mark}</p>
        ))}
      </div>
      <ValueTable spec={spec} series={series} />
    </figure>
  );
}

/** What the chart says, for those who do not see it. */
function sentence(series: readonly Series[]): string {
  return series
    .map((each) => {
      const [first, last] = [each.points[0]!, each.points.at(-1)!];
      return `${fullLabel(each)} from ${short(first[1])} at step ${first[0]} to ${short(last[1])} at step ${last[0]}.`;
    })
    .join(" ");
}

/** The step with a value that is nearest; a mark's, if one is near. */
function nearest(series: readonly Series[], step: number, isNear: (step: number) => boolean): number | undefined {
  const steps = series.flatMap(({ points }) => {
    const before = pointAt(points, step);
    const after = points[before ? points.indexOf(before) + 1 : 0];
    return [before?.[0], after?.[0]].filter((at) => at !== undefined);
  });
  const distance = (at: number): number => Math.abs(at - step);
  const marked = series.flatMap(({ marks }) => marks.map((mark) => mark.step)).filter(isNear);
  return (marked.length > 0 ? marked : steps).reduce<number | undefined>(
    (best, at) => (best === undefined || distance(at) < distance(best) ? at : best),
    undefined,
  );
}

/** Where a key moves to; undefined: nowhere in particular; null: the key is not ours. */
function stepForKey(key: string, series: readonly Series[], from: number, lastStep: number): number | undefined | null {
  const steps = [...new Set(series.flatMap(({ points }) => points.map(([step]) => step)))].sort((a, b) => a - b);
  const index = steps.findLastIndex((step) => step <= from);
  const leap = Math.max(1, Math.round(steps.length / 10));
  const at = (to: number): number => steps[Math.min(steps.length - 1, Math.max(0, to))] ?? lastStep;
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return at(index - 1);
    case "ArrowRight":
    case "ArrowUp":
      return at(index + 1);
    case "PageDown":
      return at(index - leap);
    case "PageUp":
      return at(index + leap);
    case "Home":
      return at(0);
    case "End":
      return at(steps.length - 1);
    case "Escape":
      return undefined;
    default:
      return null;
  }
}
