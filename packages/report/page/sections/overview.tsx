import type { ReportRun } from "../../src/report.ts";
import { color } from "../colors.ts";
import { exact } from "../format.ts";

const columns = [
  ["loss", "loss"],
  ["reward of samples", "reward"],
  ["equal rewards", "frac_reward_zero_std"],
  ["accuracy", "rewards/accuracies"],
  ["margin", "rewards/margins"],
  ["β", "beta"],
] as const;

export function OverviewSection({ runs }: { readonly runs: readonly ReportRun[] }) {
  const shown = columns.filter(([, key]) => runs.some((run) => latest(run).metrics?.[key] !== undefined));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-labelledby="runs-title">
      <table>
        <thead>
          <tr>
            <th scope="col">run</th>
            <th scope="col">state</th>
            <th scope="col">step</th>
            {shown.map(([label]) => (
              <th scope="col">{label}</th>
            ))}
            <th scope="col">measured on</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run, index) => {
            const { metrics, on } = latest(run);
            return (
              <tr key={run.name}>
                <th scope="row">
                  <span class="dot" style={{ background: color(index) }} aria-hidden="true" />
                  <a href={`#run-${index}`}>{run.name}</a>
                </th>
                <td>{run.state ?? "ended"}</td>
                <td>{run.steps.at(-1)?.step ?? 0}</td>
                {shown.map(([, key]) => (
                  <td>{exact(metrics?.[key])}</td>
                ))}
                <td>{on}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The last evaluation after training began, else the last step. */
function latest({ steps, evaluations }: ReportRun): {
  readonly metrics?: Readonly<Record<string, number>>;
  on: string;
} {
  const evaluation = evaluations.at(-1);
  if (evaluation && (evaluation.step > 0 || steps.length === 0))
    return { metrics: evaluation.metrics, on: `evaluation data, after step ${evaluation.step}` };
  const step = steps.at(-1);
  return step ? { metrics: step.metrics, on: "the last step's rows" } : { on: "–" };
}
