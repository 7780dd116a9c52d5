import { useState } from "preact/hooks";
import { describeMark } from "../../src/gradient-marks.ts";
import { exact } from "../format.ts";
import type { ChartSpec } from "./charts.ts";
import { fullLabel, type Series } from "./series.ts";
import { spread } from "./thin.ts";

/** More rows than this nobody reads. */
const mostRows = 200;

/** The values behind a chart, made when it is opened. */
export function ValueTable({ spec, series }: { readonly spec: ChartSpec; readonly series: readonly Series[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Values<span class="hidden"> of {spec.title}</span>
      </summary>
      {isOpen && <Rows spec={spec} series={series} />}
    </details>
  );
}

function Rows({ spec, series }: { readonly spec: ChartSpec; readonly series: readonly Series[] }) {
  const columns = series.map(({ points }) => new Map(points));
  const all = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  const marks = series.flatMap((each) => each.marks.map((mark) => ({ label: each.label, mark })));
  const steps = spread(all, mostRows);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Values of ${spec.title}`}>
      {steps.length < all.length && (
        <p class="quiet">
          {steps.length} of {all.length.toLocaleString("en")} steps
        </p>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">step</th>
            {series.map((each) => (
              <th scope="col">{fullLabel(each)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step}>
              <th scope="row">{step}</th>
              {columns.map((column) => (
                <td>{exact(column.get(step))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {marks.length > 0 && (
        <ul>
          {spread(marks, mostRows).map(({ label, mark }) => (
            <li>
              {label}, step {mark.step}, norm {exact(mark.norm)}: {describeMark(mark)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
