/** Events of a run as lines of text. */
import type { StepMetrics, TrainEvent } from "@tokenwise/core";
import type { ReadReport } from "@tokenwise/data";
import { count, duration, number } from "../output/format.ts";
import { pace, type Speed } from "./pace.ts";

/** Dropped rows that are shown; all of them go to a file. */
const shownRows = 10;

export interface Described {
  /** Lines of an event; none of steps and the progress of the reference, which are shown by what shows progress, and of samples and tokens, which are in the report. */
  readonly lines: (event: TrainEvent) => readonly string[];
  /** Metrics, speed and time left. */
  readonly step: (event: StepEvent) => string;
}

type StepEvent = Extract<TrainEvent, { type: "step" }>;
type StartEvent = Extract<TrainEvent, { type: "start" }>;

/**
 * Events in the words of the run that they are told of, in their order: its start says what its examples are.
 *
 * @param droppedFile  Where all dropped rows can be read.
 */
export function describeEvents(droppedFile: string): Described {
  const speed = pace();
  let started: Pick<StartEvent, "unit" | "reference"> = { unit: "pairs", reference: "unused" };
  return {
    lines(event) {
      if (event.type === "start") started = event;
      return linesOf(event, droppedFile, started);
    },
    step: (event) => `${describeMetrics(event.metrics, started)}  ${describeSpeed(speed(event), started.unit)}`,
  };
}

function linesOf(event: TrainEvent, droppedFile: string, started: Pick<StartEvent, "reference">): readonly string[] {
  switch (event.type) {
    case "data":
      return describeReport(event.file, event.report, droppedFile);
    case "start":
      return [
        `${event.steps} steps over ${event.examples} ${event.unit} on ${event.backend}; ${count(event.parameters)} parameters, reference ${event.reference}`,
        ...(event.resumedAt > 0 ? [`resumed after step ${event.resumedAt}`] : []),
      ];
    case "evaluate":
      return [`evaluation after step ${event.step}: ${describeMetrics(event.metrics, started)}`];
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

const ofLoss = { loss: "loss" };
const ofPreferences = { accuracy: "rewards/accuracies", margin: "rewards/margins" };
const ofSource = { reward: "reward", "equal rewards": "frac_reward_zero_std" };

/** The few metrics that fit on a line. Against log-probs of the policy's own samples, accuracy and margin are 0 at any time. */
function describeMetrics(metrics: StepMetrics, { reference }: Pick<StartEvent, "reference">): string {
  const shown = { ...ofLoss, ...ofSource, ...(reference !== "sampled" && ofPreferences) };
  return Object.entries(shown)
    .flatMap(([name, key]) => (metrics[key] === undefined ? [] : [`${name} ${number(metrics[key])}`]))
    .join("  ");
}

/** @param unit  What is done, in the plural. */
export const describeSpeed = ({ rate, left }: Speed, unit: string): string =>
  `${number(rate)} ${unit}/s  ${duration(left)} left`;
