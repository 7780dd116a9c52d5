import type { ReportTable } from "../../src/report.ts";

export const TablesSection = ({ tables }: { readonly tables: readonly ReportTable[] }) => (
  <>
    {tables.map(({ title, columns, rows, caption }, index) => (
      <figure key={title}>
        <h3 id={`table-${index}`}>{title}</h3>
        <div class="scroll" tabIndex={0} role="region" aria-labelledby={`table-${index}`}>
          <table>
            <thead>
              <tr>
                {columns.map((name) => (
                  <th scope="col">{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, ...values]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {values.map((value) => (
                    <td>{value}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {caption !== undefined && <figcaption class="prose">{caption}</figcaption>}
      </figure>
    ))}
  </>
);
