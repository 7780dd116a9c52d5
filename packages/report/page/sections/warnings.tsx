import { gradientMarks } from "../../src/gradient-marks.ts";
import type { ReportRun } from "../../src/report.ts";
import { plural } from "../format.ts";

/** Dropped rows that are listed. */
const mostRows = 50;

export function WarningsSection({ runs }: { readonly runs: readonly ReportRun[] }) {
  const found = runs.map((run) => ({ run, warnings: [...run.warnings, ...ofCurves(run)] }));
  const dropped = runs.filter((run) => (run.dropped ?? []).length > 0);
  if (dropped.length === 0 && found.every(({ warnings }) => warnings.length === 0)) return <p>None.</p>;
  return (
    <>
      <ul class="warnings">
        {found.flatMap(({ run, warnings }) =>
          warnings.map((warning) => (
            <li>
              {runs.length > 1 && <b>{run.name}: </b>}
              {warning}
            </li>
          )),
        )}
      </ul>
      {dropped.map((run) => (
        <details key={run.name}>
          <summary>
            {runs.length > 1 ? `${run.name}: ` : ""}
            {plural(run.dropped?.length ?? 0, "row")} dropped
          </summary>
          <ul>
            {run.dropped?.slice(0, mostRows).map(({ file, line, code, reason }) => (
              <li>
                {file}:{line}: {reason} (<code>{code}</code>)
              </li>
            ))}
          </ul>
          {(run.dropped?.length ?? 0) > mostRows && (
            <p>The first {mostRows}; all of them are in dropped.jsonl of the run's folder.</p>
          )}
        </details>
      ))}
    </>
  );
}

function ofCurves(run: ReportRun): readonly string[] {
  const marks = gradientMarks(run);
  const clipped = marks.filter(({ clip }) => clip !== undefined);
  const peaks = marks.filter(({ median }) => median !== undefined);
  const last = run.steps.at(-1)?.metrics["rewards/accuracies"];
  const missing = run.steps.filter(({ metrics }) => Object.values(metrics).some((value) => !isFiniteNumber(value)));
  return [
    ...(run.state === "interrupted" ? [`The run was interrupted after step ${run.steps.at(-1)?.step ?? 0}.`] : []),
    ...(clipped.length > 0
      ? [
          `${clipped.length} of ${plural(run.steps.length, "step")} had their gradient clipped to ${clipped[0]?.clip ?? ""}.`,
        ]
      : []),
    ...(peaks.length > 0
      ? [`The gradient norm of ${plural(peaks.length, "step")} was far above the median of the steps before.`]
      : []),
    ...(missing.length > 0 ? [`${plural(missing.length, "step")} logged a metric that is not a finite number.`] : []),
    ...(last === undefined && run.steps.length > 0 && "rewards/margins" in (run.steps[0]?.metrics ?? {})
      ? ["No accuracy was logged for the last step."]
      : []),
  ];
}

const isFiniteNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
