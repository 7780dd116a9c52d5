import { areaY, dot, line, plot, ruleX, ruleY, text } from "@observablehq/plot";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Comparison, ComparisonPoint, ComparisonSeries, Interval } from "../../src/report.ts";
import { color } from "../colors.ts";
import { exact, short } from "../format.ts";
import { useWidth } from "../use-width.ts";

interface Row extends ComparisonPoint {
  readonly series: ComparisonSeries;
  readonly color: string;
}

const symbols = { method: "circle", "best-of-n": "diamond", control: "times", reference: "square" } as const;
const kinds = { method: "method", "best-of-n": "best of n", control: "control", reference: "reference" } as const;

interface ComparisonProps {
  readonly comparison: Comparison;
  /** Names of the runs: a series of the same name has the run's colour. */
  readonly runs: readonly string[];
}

export function ComparisonSection({ comparison, runs }: ComparisonProps) {
  const [frame, width] = useWidth();
  const drawing = useRef<HTMLDivElement>(null);
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const colors = colorsOf(comparison, runs);
  const rows = useMemo(
    () =>
      comparison.series.flatMap((series, index) =>
        series.points.map((point): Row => ({ ...point, series, color: colors[index]! })),
      ),
    [comparison, ...colors],
  );
  const shown = rows.filter(({ series }) => !hidden.includes(series.name));
  useEffect(() => {
    if (width > 0) drawing.current?.replaceChildren(draw(comparison, shown, width));
  }, [comparison, width, hidden]);
  return (
    <figure class="comparison" aria-label={sentence(comparison, rows)}>
      <div class="controls">
        <fieldset>
          <legend>Shown</legend>
          {comparison.series.map(({ name, kind }, index) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={!hidden.includes(name)}
                onChange={() =>
                  setHidden(hidden.includes(name) ? hidden.filter((other) => other !== name) : [...hidden, name])
                }
              />
              <Symbol kind={kind} color={colors[index]!} />
              <span class="name">{name}</span> <span class="quiet">{kind === "method" ? "" : kinds[kind]}</span>
            </label>
          ))}
          {comparison.ceiling && (
            <span class="key">
              <svg width="22" height="10" aria-hidden="true">
                <line x1="0" x2="22" y1="5" y2="5" stroke="currentColor" stroke-width="2" stroke-dasharray="2 3" />
              </svg>
              ceiling: no policy of that KL is better
            </span>
          )}
        </fieldset>
      </div>
      <div ref={frame} class="plot">
        <div ref={drawing} />
      </div>
      {comparison.caption !== undefined && <figcaption class="prose">{comparison.caption}</figcaption>}
      <details>
        <summary>
          Values<span class="hidden"> of reward against KL</span>
        </summary>
        <div class="scroll" tabIndex={0} role="region" aria-label="Values of reward against KL">
          <table>
            <thead>
              <tr>
                <th scope="col">series</th>
                <th scope="col">point</th>
                <th scope="col">kind</th>
                <th scope="col">KL</th>
                <th scope="col">reward</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ series, label, kl, reward }) => (
                <tr>
                  <th scope="row">{series.name}</th>
                  <td>{label ?? ""}</td>
                  <td>{kinds[series.kind]}</td>
                  <td>{interval(kl)}</td>
                  <td>{interval(reward)}</td>
                </tr>
              ))}
              {comparison.ceiling?.map(({ kl, reward, low, high }) => (
                <tr>
                  <th scope="row">ceiling</th>
                  <td />
                  <td />
                  <td>{exact(kl)}</td>
                  <td>
                    {interval({
                      value: reward,
                      ...(low !== undefined && { low }),
                      ...(high !== undefined && { high }),
                    })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

function Symbol({ kind, color: stroke }: { readonly kind: ComparisonSeries["kind"]; readonly color: string }) {
  const paths = {
    method: "M5 1a4 4 0 1 0 .01 0z",
    "best-of-n": "M5 0L9 5L5 10L1 5z",
    control: "M1 1L9 9M9 1L1 9",
    reference: "M1 1H9V9H1z",
  };
  return (
    <svg class="swatch" width="10" height="10" aria-hidden="true">
      <path d={paths[kind]} stroke={stroke} stroke-width="2" fill={kind === "control" ? "none" : stroke} />
    </svg>
  );
}

function draw({ reward, kl, ceiling = [] }: Comparison, rows: readonly Row[], width: number): Element {
  const joined = rows.filter(({ series }) => series.joined === true);
  const bounded = ceiling.filter(({ low, high }) => low !== undefined && high !== undefined);
  const title = ({ series, label, kl: x, reward: y }: Row): string =>
    `${series.name}${label === undefined ? "" : ` ${label}`}\nKL ${interval(x)}\nreward ${interval(y)}`;
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
          ...{ stroke: (row: Row) => row.color, strokeWidth: 1.5 },
        },
      ),
      ruleY(
        rows.filter((row) => isBounded(row.kl)),
        {
          ...{ y: (row: Row) => row.reward.value, x1: (row: Row) => row.kl.low, x2: (row: Row) => row.kl.high },
          ...{ stroke: (row: Row) => row.color, strokeWidth: 1.5 },
        },
      ),
      dot(rows, {
        ...{ x: (row: Row) => row.kl.value, y: (row: Row) => row.reward.value, symbol: (row: Row) => row.series.kind },
        ...{ stroke: (row: Row) => row.color, r: 4.5, strokeWidth: 2 },
        ...{ fill: (row: Row) => (row.series.kind === "control" ? "none" : row.color) },
        ...{ title, tip: { fill: "var(--surface)", stroke: "var(--line)" } },
      }),
      text(
        joined.filter(({ label }) => label !== undefined),
        {
          ...{ x: (row: Row) => row.kl.value, y: (row: Row) => row.reward.value, text: (row: Row) => row.label ?? "" },
          ...{ dy: -11, fill: "var(--quiet)" },
        },
      ),
    ],
  });
  figure.setAttribute("aria-hidden", "true");
  return figure;
}

function colorsOf({ series }: Comparison, runs: readonly string[]): readonly string[] {
  const others = series.filter(({ name }) => !runs.includes(name)).map(({ name }) => name);
  return series.map(({ name }) => color(runs.includes(name) ? runs.indexOf(name) : runs.length + others.indexOf(name)));
}

const isBounded = ({ low, high }: Interval): boolean => low !== undefined && high !== undefined;

const interval = ({ value, low, high }: Interval): string =>
  low === undefined || high === undefined ? exact(value) : `${exact(value)} (${exact(low)} to ${exact(high)})`;

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
