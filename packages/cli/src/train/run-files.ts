/** What a run leaves in its output folder beside the model: `run.json`, `metrics.jsonl`, `dropped.jsonl`. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TrainEvent } from "@tokenwise/core";
import type { DroppedRow } from "@tokenwise/data";

export interface RunFiles {
  readonly event: (event: TrainEvent) => void;
}

/**
 * Writes as events come. Nothing is written before the run has started: until then the folder may turn out to be another run's.
 *
 * @param run  what goes to `run.json`.
 */
export function runFiles(folder: string, run: unknown): RunFiles {
  const metrics = join(folder, "metrics.jsonl");
  const dropped: DroppedRow[] = [];
  return {
    event(event) {
      if (event.type === "data") dropped.push(...event.report.dropped);
      else if (event.type === "start") {
        mkdirSync(folder, { recursive: true });
        replace(join(folder, "run.json"), `${JSON.stringify(run, null, 2)}\n`);
        replace(join(folder, "dropped.jsonl"), lines(dropped));
        replace(metrics, linesUntil(metrics, event.resumedAt));
      } else if (event.type === "step" || event.type === "evaluate") appendFileSync(metrics, lines([event]));
    },
  };
}

const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

/** The metrics that a resumed run will not compute again; a killed one may have left more, and half a line. */
function linesUntil(file: string, step: number): string {
  if (step === 0 || !existsSync(file)) return "";
  const whole = readFileSync(file, "utf8").split("\n").slice(0, -1);
  const kept = whole.filter((line) => (JSON.parse(line) as { step: number }).step <= step);
  return kept.map((line) => `${line}\n`).join("");
}

function replace(file: string, text: string): void {
  writeFileSync(`${file}.partial`, text);
  renameSync(`${file}.partial`, file);
}
