import type { ReportRun } from "../../src/report.ts";
import { color } from "../colors.ts";

export function ConfigurationSection({ runs }: { readonly runs: readonly ReportRun[] }) {
  return (
    <>
      {runs.length > 1 && <Differences runs={runs} />}
      {runs.map((run, index) => (
        <details key={run.name} id={`run-${index}`} open={runs.length === 1}>
          <summary>
            <span class="dot" style={{ background: color(index) }} aria-hidden="true" />
            {run.name}
          </summary>
          <div class="two">
            <div>
              <h3>Environment</h3>
              <dl>
                {Object.entries(run.environment).map(([name, value]) => (
                  <>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </>
                ))}
              </dl>
            </div>
            <div>
              <h3>Configuration</h3>
              <pre>{JSON.stringify(run.configuration, null, 2)}</pre>
            </div>
          </div>
        </details>
      ))}
    </>
  );
}

/** The keys whose values differ between the runs. */
function Differences({ runs }: { readonly runs: readonly ReportRun[] }) {
  const flat = runs.map(({ configuration }) => new Map(flatten(configuration)));
  const keys = [...new Set(flat.flatMap((each) => [...each.keys()]))].filter(
    (key) => new Set(flat.map((each) => each.get(key))).size > 1,
  );
  if (keys.length === 0) return <p>The runs have one configuration.</p>;
  return (
    <>
      <h3 id="differences">What differs</h3>
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="differences">
        <table>
          <thead>
            <tr>
              <th scope="col">key</th>
              {runs.map(({ name }) => (
                <th scope="col">{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                {flat.map((each) => (
                  <td>{each.get(key) ?? "–"}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function flatten(value: unknown, path = ""): readonly (readonly [string, string])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, path === "" ? key : `${path}.${key}`));
}
