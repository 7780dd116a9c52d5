import { createHash } from "node:crypto";
import { TokenwiseError } from "@tokenwise/kit";
import { embedJson, escapeHtml } from "./embed-json.ts";
import { dataId, type PageData } from "./page-data.ts";
import { pageFiles } from "./page-files.ts";
import type { Report } from "./report.ts";

/**
 * The page: one HTML document that loads nothing, with its script, style and data inside.
 *
 * @throws TW_E_REPORT_NOT_BUILT  if the page's script has not been built.
 * @throws TW_E_REPORT_NAMES  if two runs have one name.
 */
export const renderReport = (report: Report): string => renderPage(report, { live: false });

export function renderPage(report: Report, { live }: { readonly live: boolean }): string {
  checkNames(report);
  const { script, style } = pageFiles();
  const data: PageData = { report, written: new Date().toISOString(), live };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy(script, live)}">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(report.title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<noscript>This page draws its charts with a script of its own, which is switched off here.</noscript>
<script type="application/json" id="${dataId}">${embedJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Nothing may be loaded, and no script may run but this one; charts set styles of their elements. */
function policy(script: string, live: boolean): string {
  const hash = createHash("sha256").update(script).digest("base64");
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    ...(live ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function checkNames({ runs }: Report): void {
  const names = runs.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new TokenwiseError("TW_E_REPORT_NAMES", `two runs of the report are called "${twice}"`, {
      hint: "give every run a name of its own",
    });
}
