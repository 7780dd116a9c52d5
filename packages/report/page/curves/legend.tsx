import { color, dashes } from "../colors.ts";
import { exact } from "../format.ts";
import { pointAt, type Series } from "./series.ts";

/** What each line is, and its value at a step. */
export function Legend({ series, at }: { readonly series: readonly Series[]; readonly at: number }) {
  const labels = [...new Set(series.map(({ label }) => label))];
  return (
    <ul class="legend">
      {labels.map((label) => (
        <li key={label}>
          <span class="name">{label}</span>
          {series
            .filter((each) => each.label === label)
            .map((each) => (
              <span key={String(each.evaluation)} class="value">
                <Swatch series={each} />
                {each.evaluation && <span class="hidden">evaluation</span>}
                <b>{exact(pointAt(each.points, at)?.[1])}</b>
              </span>
            ))}
        </li>
      ))}
    </ul>
  );
}

const Swatch = ({ series: { run, dashed, evaluation } }: { readonly series: Series }) => (
  <svg class="swatch" width="20" height="10" aria-hidden="true">
    <line
      {...{ x1: 0, x2: 20, y1: 5, y2: 5, stroke: color(run), "stroke-width": evaluation ? 1 : 2 }}
      stroke-dasharray={dashes(run, dashed)}
    />
    {evaluation && <circle {...{ cx: 10, cy: 5, r: 3.5, stroke: color(run) }} fill={dashed ? "none" : color(run)} />}
  </svg>
);
