export type * from "./report.ts";
export type { Update } from "./page-data.ts";
export { environment } from "./environment.ts";
export { pageFiles } from "./page-files.ts";
export { measuredStep, readRun, readRuns } from "./read-run.ts";
export { renderReport } from "./render-report.ts";
export { serveReport, type ReportServer, type ServeOptions } from "./serve-report.ts";
