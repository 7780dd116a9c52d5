/** How a run shows what it does: JSON lines, plain lines, or a progress bar on a terminal. */
import type { TrainEvent } from "@tokenwise/core";
import type { Io } from "../io.ts";
import { describeEvents, type Described } from "./describe-event.ts";
import { progressBar } from "./progress-bar.ts";

export interface Reporter {
  readonly event: (event: TrainEvent) => void;
  /** A line that no event stands for. */
  readonly line: (text: string) => void;
  readonly close: () => void;
}

/** @param droppedFile  Where all dropped rows can be read. */
export function reporterFor({ stdout }: Io, json: boolean, droppedFile: string): Reporter {
  const write = (text: string): void => void stdout.write(`${text}\n`);
  if (json) return jsonLines(write);
  const described = describeEvents(droppedFile);
  return stdout.isTTY === true ? progressBar(stdout, described) : plainLines(write, described);
}

/** Dropped rows are counted; they are in `dropped.jsonl`. */
function jsonLines(write: (text: string) => void): Reporter {
  return {
    event(event) {
      const { dropped, ...counts } = event.type === "data" ? event.report : { dropped: [] };
      const shown = event.type === "data" ? { ...event, report: { ...counts, dropped: dropped.length } } : event;
      write(JSON.stringify(shown));
    },
    line: () => undefined,
    close: () => undefined,
  };
}

function plainLines(write: (text: string) => void, described: Described): Reporter {
  return {
    event(event) {
      if (event.type === "step") write(`step ${event.step}/${event.steps}  ${described.step(event)}`);
      else if (event.type === "reference") {
        if (event.done === event.total) write(`reference: ${event.total} rows`);
      } else described.lines(event).forEach(write);
    },
    line: write,
    close: () => undefined,
  };
}
