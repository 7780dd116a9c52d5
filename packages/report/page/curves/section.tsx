import { useMemo, useState } from "preact/hooks";
import type { ReportRun } from "../../src/report.ts";
import { color } from "../colors.ts";
import { furtherCharts, standardCharts, type ChartSpec } from "./charts.ts";
import { Chart } from "./chart.tsx";

/** Runs that are shown at first: more colours nobody tells apart. */
const mostRuns = 8;

/** Means over so many steps. */
const widths = [1, 5, 20, 100];

export function CurvesSection({ runs }: { readonly runs: readonly ReportRun[] }) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set(runs.slice(mostRuns).map(({ name }) => name)));
  const [smoothing, setSmoothing] = useState(1);
  const [cursor, setCursor] = useState<number>();
  const [showsMore, setShowsMore] = useState(false);
  const shown = useMemo(
    () => runs.map((run, index) => ({ index, run })).filter(({ run }) => !hidden.has(run.name)),
    [runs, hidden],
  );
  const [charts, more] = useMemo(() => [standardCharts(runs), furtherCharts(runs)], [runs]);
  const lastStep = Math.max(1, ...runs.flatMap(({ steps, evaluations }) => [lastOf(steps), lastOf(evaluations)]));
  const draw = (spec: ChartSpec) => (
    <Chart key={spec.id} {...{ spec, runs: shown, smoothing, lastStep, cursor }} onCursor={setCursor} />
  );
  if (charts.length + more.length === 0) return <p>No step has been taken yet.</p>;
  return (
    <>
      <div class="controls">
        {runs.length > 1 && (
          <fieldset>
            <legend>Runs shown</legend>
            {runs.map(({ name }, index) => (
              <label key={name}>
                <input type="checkbox" checked={!hidden.has(name)} onChange={() => setHidden(toggled(hidden, name))} />
                <span class="dot" style={{ background: color(index) }} aria-hidden="true" />
                <span class="name">{name}</span>
              </label>
            ))}
          </fieldset>
        )}
        <label>
          Training curves{" "}
          <select value={smoothing} onChange={(event) => setSmoothing(Number(event.currentTarget.value))}>
            {widths.map((width) => (
              <option value={width}>{width === 1 ? "as logged" : `mean over the last ${width} steps`}</option>
            ))}
          </select>
        </label>
        <span class="quiet">Lines: steps of training. Dots: evaluations.</span>
      </div>
      <div class="charts">{charts.map(draw)}</div>
      {more.length > 0 && (
        <details class="more" onToggle={(event) => setShowsMore(event.currentTarget.open)}>
          <summary>More metrics ({more.length})</summary>
          {showsMore && <div class="charts">{more.map(draw)}</div>}
        </details>
      )}
    </>
  );
}

const lastOf = (steps: ReportRun["steps"]): number => steps.at(-1)?.step ?? 0;

function toggled(set: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(name)) next.add(name);
  return next;
}
