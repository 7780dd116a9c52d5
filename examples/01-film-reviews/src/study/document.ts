/** A study's findings as documents in Markdown. */
import { comparisonTable, frontierTable, overviewTable, proxyTable } from "./table.ts";
import type { WorldSummary } from "./summary.ts";

/** All tables of one world. */
export function worldDocument(summary: WorldSummary): string {
  const { world, runs, frontier, proxy } = summary;
  const parts = [`# The world \`${world}\``, `${runs} runs of each, with 95 % intervals that hold for all at once.`];
  parts.push(comparisonTable(summary));
  if (frontier.length > 0)
    parts.push(
      "## At all strengths",
      "True reward and, in brackets, KL in nats: means over draws of data.",
      frontierTable(summary),
    );
  if (proxy.length > 0)
    parts.push(
      "## Labels from half of the truth",
      "Means over draws of data with 95 % t intervals over them.",
      proxyTable(summary),
    );
  return `${parts.join("\n\n")}\n`;
}

/** The worlds side by side. */
export const overviewDocument = (summaries: readonly WorldSummary[]): string =>
  [
    "# Differences from DPO",
    "True reward less DPO's, with 95 % intervals that hold for all of a column at once; bold where there is a difference.",
    `${overviewTable(summaries)}\n`,
  ].join("\n\n");
