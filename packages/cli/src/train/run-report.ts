/** The page about a run: `report.html` in its output folder, and served while it goes. */
import { join } from "node:path";
import type { TrainEvent } from "@tokenwise/core";
import { TokenwiseError } from "@tokenwise/kit";
import { measuredStep, readRun, renderReport, serveReport, type Report, type Update } from "@tokenwise/report";
import { replaceFile } from "../output/replace-file.ts";

export interface RunReport {
  /** To be told after the run's files. */
  readonly event: (event: TrainEvent) => void;
  /** Writes the page for the last time. */
  readonly end: () => void;
  /** Ends the server. */
  readonly close: () => Promise<void>;
}

export interface RunReportOptions {
  /** The port to serve at, 0 for a free one; undefined: not served. */
  readonly port: number | undefined;
  /** The page's address. */
  readonly onServed: (url: string) => void;
  /** The page could not be written. The run is worth more than its page, so it goes on. */
  readonly onProblem: (problem: string) => void;
}

/** @throws TW_E_WATCH_PORT, TW_E_REPORT_NOT_BUILT  where it is to be served. */
export async function runReport(output: string, options: RunReportOptions): Promise<RunReport> {
  const { port, onServed, onProblem } = options;
  const server = port === undefined ? undefined : await serveReport(beforeStart(output), { port });
  if (server) onServed(server.url);
  const update = (changed: Update): void => server?.update(changed);
  let [started, failed] = [false, false];
  const write = (): void => {
    if (!started) return;
    try {
      replaceFile(join(output, "report.html"), renderReport(reportOn(output)));
    } catch (error) {
      if (!failed) onProblem(describe(error));
      failed = true;
    }
  };
  return {
    event(event) {
      switch (event.type) {
        case "start":
          started = true;
          if (server) update({ type: "report", report: reportOn(output) });
          write();
          break;
        case "step":
          update({ type: "step", run: 0, step: measuredStep(event) });
          break;
        case "evaluate":
          update({ type: "evaluation", run: 0, evaluation: measuredStep(event) });
          break;
        case "samples":
        case "tokens":
        case "warning":
          if (server) update({ type: "report", report: reportOn(output) });
          break;
        case "checkpoint":
          write();
          break;
        case "data":
        case "reference":
        case "end":
          break;
      }
    },
    end() {
      write();
      if (server && started) update({ type: "report", report: reportOn(output) });
    },
    close: async () => server?.close(),
  };
}

const reportOn = (output: string): Report => ({ title: output, runs: [readRun(output)] });

/** Data are read, and the reference is computed. */
const beforeStart = (output: string): Report => ({
  title: output,
  runs: [],
  notes: ["The run has not started yet: data are being read, and the reference's log-probabilities computed."],
});

const describe = (error: unknown): string => {
  if (TokenwiseError.is(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
};
