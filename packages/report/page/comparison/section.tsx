import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Comparison } from "../../src/report.ts";
import { exact } from "../format.ts";
import { useWidth } from "../use-width.ts";
import { plotComparison } from "./plot.ts";
import { colorsOf, describeRow, kinds, rowsOf, type Row } from "./rows.ts";
import { Symbol } from "./symbol.tsx";
import { ComparisonTable } from "./table.tsx";

interface ComparisonProps {
  readonly comparison: Comparison;
  /** Names of the runs. */
  readonly runs: readonly string[];
}

export function ComparisonSection({ comparison, runs }: ComparisonProps) {
  const [frame, width] = useWidth();
  const drawing = useRef<HTMLDivElement>(null);
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const [pointed, setPointed] = useState<number>();
  const [rows, colors] = [rowsOf(comparison, runs), colorsOf(comparison.series, runs)];
  const shown = rows
    .filter(({ series }) => !hidden.includes(series.name))
    .sort((a, b) => a.kl.value - b.kl.value || a.reward.value - b.reward.value);
  const plotted = useMemo(
    () => (width > 0 ? plotComparison(comparison, shown, width) : undefined),
    [comparison, width, hidden, runs.join()],
  );
  useEffect(() => {
    if (plotted) drawing.current?.replaceChildren(plotted.svg);
  }, [plotted]);
  const current = pointed === undefined ? undefined : shown[pointed];
  const [x, y] = current && plotted ? plotted.position(current) : [0, 0];
  return (
    <figure class="comparison" aria-label={`${comparison.reward} against KL`}>
      <div class="controls">
        <fieldset>
          <legend>Shown</legend>
          {comparison.series.map(({ name, kind }, index) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={!hidden.includes(name)}
                onChange={() => setHidden(toggled(hidden, name))}
              />
              <Symbol kind={kind} color={colors[index]!} />
              <span class="name">{name}</span>
              {kind !== "method" && kinds[kind] !== name && <span class="quiet">{kinds[kind]}</span>}
            </label>
          ))}
          {comparison.ceiling && (
            <span class="key">
              <svg class="swatch" width="22" height="10" aria-hidden="true">
                <line x1="0" x2="22" y1="5" y2="5" stroke="currentColor" stroke-width="2" stroke-dasharray="2 3" />
              </svg>
              ceiling: no policy of that KL is better
            </span>
          )}
        </fieldset>
      </div>
      <div
        ref={frame}
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={`${sentence(comparison, rows)} Left and right go along the points, by KL.`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, shown.length - 1)}
        aria-valuenow={pointed ?? 0}
        aria-valuetext={shown[pointed ?? 0] ? describeRow(shown[pointed ?? 0]!) : "no point is shown"}
        onFocus={() => setPointed(pointed ?? 0)}
        onBlur={() => setPointed(undefined)}
        onPointerLeave={() => setPointed(undefined)}
        onPointerMove={({ clientX, clientY }) => {
          const box = frame.current?.getBoundingClientRect();
          if (!box || !plotted) return;
          const distances = shown.map((row) => {
            const [left, top] = plotted.position(row);
            return Math.hypot(left - (clientX - box.left), top - (clientY - box.top));
          });
          const nearest = Math.min(...distances);
          setPointed(nearest < reach ? distances.indexOf(nearest) : undefined);
        }}
        onKeyDown={(event) => {
          const to = moved(event.key, pointed ?? 0, shown.length - 1);
          if (to === undefined && event.key !== "Escape") return;
          event.preventDefault();
          setPointed(to);
        }}
      >
        <div ref={drawing} />
        {current && <div class="ring" style={{ left: `${x}px`, top: `${y}px` }} />}
      </div>
      <p class="quiet reading">{current ? describeRow(current) : "Point at a point for its values."}</p>
      {comparison.caption !== undefined && <figcaption class="prose">{comparison.caption}</figcaption>}
      <details>
        <summary>
          Values<span class="hidden"> of reward against KL</span>
        </summary>
        <ComparisonTable rows={rows} {...(comparison.ceiling && { ceiling: comparison.ceiling })} />
      </details>
    </figure>
  );
}

/** How near a point the pointer must be, in pixels. */
const reach = 40;

const toggled = (names: readonly string[], name: string): readonly string[] =>
  names.includes(name) ? names.filter((other) => other !== name) : [...names, name];

function moved(key: string, from: number, last: number): number | undefined {
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: Math.max(0, from - 1),
    ArrowDown: Math.max(0, from - 1),
    ArrowRight: Math.min(last, from + 1),
    ArrowUp: Math.min(last, from + 1),
    Home: 0,
    End: last,
  };
  return moves[key];
}

function sentence({ reward, ceiling }: Comparison, rows: readonly Row[]): string {
  const best = rows.reduce<Row | undefined>(
    (top, row) => (!top || row.reward.value > top.reward.value ? row : top),
    undefined,
  );
  return [
    `${reward} against KL of ${rows.length} points.`,
    ...(best ? [`The highest is ${best.series.name}: ${exact(best.reward.value)} at KL ${exact(best.kl.value)}.`] : []),
    ...(ceiling?.length ? ["A dotted line is the ceiling."] : []),
    "All values are in the table.",
  ].join(" ");
}
