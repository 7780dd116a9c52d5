import type { Comparison } from "../../src/report.ts";
import { exact } from "../format.ts";
import { interval, kinds, type Row } from "./rows.ts";

export function ComparisonTable({
  rows,
  ceiling = [],
}: { readonly rows: readonly Row[] } & Pick<Comparison, "ceiling">) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Values of reward against KL">
      <table>
        <thead>
          <tr>
            {["series", "point", "kind", "KL", "reward"].map((name) => (
              <th scope="col">{name}</th>
            ))}
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
          {ceiling.map(({ kl, reward, ...ends }) => (
            <tr>
              <th scope="row">ceiling</th>
              <td />
              <td />
              <td>{exact(kl)}</td>
              <td>{interval({ value: reward, ...ends })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
