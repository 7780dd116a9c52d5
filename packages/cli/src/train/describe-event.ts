/** Events of a run as lines of text. */
import type { StepMetrics, TrainEvent } from "@tokenwise/core";
import type { ReadReport } from "@tokenwise/data";
import { count, duration, number } from "../output/format.ts";
import type { Speed } from "./pace.ts";

/** Dropped rows that are shown; all of them go to a file. */
const shownRows = 10;

export interface Described {
  /** What a row is called: pairs, rows. */
  readonly noun: string;
  /** Where all dropped rows can be read. */
  readonly droppedFile: string;
}

/** Steps and the progress of the reference are shown by what shows progress, samples and tokens by the report. */
export function describeEvent(event: TrainEvent, { noun, droppedFile }: Described): readonly string[] {
  switch (event.type) {
    case "data":
      return describeReport(event.file, event.report, droppedFile);
    case "start":
      return [
        `${event.steps} steps over ${event.examples} ${noun} on ${event.backend}; ${count(event.parameters)} parameters, reference ${event.reference}`,
        ...(event.resumedAt > 0 ? [`resumed after step ${event.resumedAt}`] : []),
      ];
    case "evaluate":
      return [`evaluation after step ${event.step}: ${describeMetrics(event.metrics)}`];
    case "warning":
      return [`warning after step ${event.step}, ${event.part}: ${event.message}`];
    case "checkpoint":
      return [`checkpoint: ${event.folder}`];
    case "step":
    case "reference":
    case "samples":
    case "tokens":
    case "end":
      return [];
  }
}

export function describeReport(file: string, report: ReadReport, droppedFile: string): readonly string[] {
  const { read, kept, truncated, dropped } = report;
  const notes = [
    ...(truncated > 0 ? [`${truncated} shortened`] : []),
    ...(dropped.length > 0 ? [`${dropped.length} dropped`] : []),
  ];
  const more = dropped.length - shownRows;
  return [
    [`${file}: ${kept} of ${read} rows`, ...notes].join(", "),
    ...dropped.slice(0, shownRows).map((row) => `  ${row.file}:${row.line}: ${row.reason} (${row.code})`),
    ...(more > 0 ? [`  … and ${more} more, all in ${droppedFile}`] : []),
  ];
}

/** The few metrics that fit on a line. */
export function describeMetrics(metrics: StepMetrics): string {
  const shown = { loss: "loss", accuracy: "rewards/accuracies", margin: "rewards/margins" };
  return Object.entries(shown)
    .flatMap(([name, key]) => (metrics[key] === undefined ? [] : [`${name} ${number(metrics[key])}`]))
    .join("  ");
}

export const describeSpeed = ({ rate, left }: Speed, noun: string): string =>
  `${number(rate)} ${noun}/s  ${duration(left)} left`;
