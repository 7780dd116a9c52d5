/** What the server side writes into the page, and the page reads. */
import type { MeasuredStep, Report, ReportRun } from "./report.ts";

export interface PageData {
  readonly report: Report;
  /** ISO 8601. */
  readonly written: string;
  /** The page asks its server for what is new. */
  readonly live: boolean;
}

/** What a live page is told, one JSON object a message. `run` is an index. */
export type Update =
  | { readonly type: "report"; readonly report: Report }
  | { readonly type: "run"; readonly run: number; readonly changed: Partial<ReportRun> }
  | { readonly type: "step"; readonly run: number; readonly step: MeasuredStep }
  | { readonly type: "evaluation"; readonly run: number; readonly evaluation: MeasuredStep }
  | { readonly type: "end" };

export const dataId = "report-data";

/** Changes nothing that it is given. */
export function applyUpdate(report: Report, update: Update): Report {
  switch (update.type) {
    case "report":
      return update.report;
    case "run":
      return changeRun(report, update.run, () => update.changed);
    case "step":
      return changeRun(report, update.run, ({ steps }) => ({ steps: [...steps, update.step] }));
    case "evaluation":
      return changeRun(report, update.run, ({ evaluations }) => ({ evaluations: [...evaluations, update.evaluation] }));
    case "end":
      return report;
  }
}

function changeRun(report: Report, index: number, change: (run: ReportRun) => Partial<ReportRun>): Report {
  return { ...report, runs: report.runs.map((run, at) => (at === index ? { ...run, ...change(run) } : run)) };
}
