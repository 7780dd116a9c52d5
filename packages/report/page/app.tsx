import type { PageData } from "../src/page-data.ts";
import { useLiveReport, type Connection } from "./live.ts";
import { ComparisonSection } from "./comparison/section.tsx";
import { ConfigurationSection } from "./sections/configuration.tsx";
import { OverviewSection } from "./sections/overview.tsx";
import { SamplesSection } from "./sections/samples.tsx";
import { TablesSection } from "./sections/tables.tsx";
import { WarningsSection } from "./sections/warnings.tsx";
import { CurvesSection } from "./curves/section.tsx";
import { tokenMethods } from "./tokens/methods.ts";
import { TokensSection } from "./tokens/section.tsx";

export function App(data: PageData) {
  const [report, connection] = useLiveReport(data);
  const { runs, comparison, tables = [] } = report;
  const methods = tokenMethods(report);
  const sections = [
    { id: "runs", title: "Runs", shown: runs.length > 0, body: () => <OverviewSection runs={runs} /> },
    { id: "warnings", title: "Warnings", shown: runs.length > 0, body: () => <WarningsSection runs={runs} /> },
    { id: "curves", title: "Curves", shown: runs.length > 0, body: () => <CurvesSection runs={runs} /> },
    { id: "tables", title: "Results", shown: tables.length > 0, body: () => <TablesSection tables={tables} /> },
    {
      id: "reward-kl",
      title: "Reward against KL",
      shown: comparison !== undefined,
      body: () => comparison && <ComparisonSection comparison={comparison} runs={runs.map(({ name }) => name)} />,
    },
    { id: "tokens", title: "Tokens", shown: methods.length > 0, body: () => <TokensSection methods={methods} /> },
    {
      id: "samples",
      title: "Samples",
      shown: runs.some(({ samples }) => samples !== undefined && samples.length > 0),
      body: () => <SamplesSection runs={runs} />,
    },
    {
      id: "configuration",
      title: "Configuration",
      shown: runs.length > 0,
      body: () => <ConfigurationSection runs={runs} />,
    },
  ].filter(({ shown }) => shown);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header>
        <h1>{report.title}</h1>
        <Written at={data.written} connection={connection} />
        {report.notes?.map((note) => (
          <p class="prose">{note}</p>
        ))}
      </header>
      <nav aria-label="Sections">
        <ul>
          {sections.map(({ id, title }) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
      <main id="main" tabIndex={-1}>
        {sections.map(({ id, title, body }) => (
          <section key={id} id={id} aria-labelledby={`${id}-title`}>
            <h2 id={`${id}-title`}>{title}</h2>
            {body()}
          </section>
        ))}
      </main>
      <footer>
        <p>Written by Tokenwise. This page holds all of its data and loads nothing.</p>
      </footer>
    </>
  );
}

const connectionTexts: Readonly<Record<Connection, string>> = {
  none: "",
  live: "Live: new steps appear as they are taken.",
  lost: "The run's server does not answer. This page tries again; report.html in the output folder holds what is known.",
  over: "The run has ended, and its server with it. This page stays as it is; report.html in the output folder holds the same.",
};

function Written({ at, connection }: { readonly at: string; readonly connection: Connection }) {
  const written = new Date(at).toISOString().replace("T", " ").slice(0, 16);
  return (
    <p class="quiet" role="status" data-connection={connection}>
      {connection === "none" ? (
        <>
          Written <time dateTime={at}>{written} UTC</time>
        </>
      ) : (
        connectionTexts[connection]
      )}
    </p>
  );
}
