/** What a run leaves in its output folder beside the model: `run.json`, `metrics.jsonl`, `dropped.jsonl`, and samples, tokens and warnings where it made some. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TrainEvent } from "@tokenwise/core";
import type { DroppedRow } from "@tokenwise/data";
import { environment, type RunState } from "@tokenwise/report";
import { replaceFile } from "../output/replace-file.ts";

export interface RunFiles {
  readonly event: (event: TrainEvent) => void;
  /** How it ended, and what went wrong, if it failed. */
  readonly end: (state: RunState, problem?: string) => void;
}

/** Of `run.json`. */
export interface RunRecord {
  readonly tokenwise: string;
  readonly command: string;
  readonly configuration: unknown;
  readonly seed: number;
}

/** Kept line by line: the file is named after what the lines are. */
const kept = {
  step: "metrics",
  evaluate: "metrics",
  samples: "samples",
  tokens: "tokens",
  warning: "warnings",
} as const;

/** Writes as events come. Nothing is written before the run has started: until then the folder may turn out to be another run's. */
export function runFiles(folder: string, { seed, ...record }: RunRecord): RunFiles {
  const file = (name: string): string => join(folder, `${name}.jsonl`);
  const dropped: DroppedRow[] = [];
  let started: object | undefined;
  const save = (state: RunState, problem?: string): void =>
    replaceFile(join(folder, "run.json"), `${JSON.stringify({ ...record, ...started, state, problem }, null, 2)}\n`);
  return {
    event(event) {
      if (event.type === "data") dropped.push(...event.report.dropped);
      else if (event.type === "start") {
        const { backend, examples, parameters, reference } = event;
        started = { environment: environment({ backend, seed, examples, parameters, reference }) };
        mkdirSync(folder, { recursive: true });
        save("running");
        replaceFile(file("dropped"), lines(dropped));
        for (const name of new Set(Object.values(kept))) keepUntil(file(name), event.resumedAt);
      } else if (event.type in kept) appendFileSync(file(kept[event.type as keyof typeof kept]), lines([event]));
    },
    end(state, problem) {
      if (started) save(state, problem);
    },
  };
}

const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

/** Takes out what a resumed run will compute again; a killed one may have left more than its checkpoint knows, and half a line. */
function keepUntil(file: string, step: number): void {
  if (!existsSync(file)) return;
  const whole = step === 0 ? [] : readFileSync(file, "utf8").split("\n").slice(0, -1);
  const before = whole.filter((line) => (JSON.parse(line) as { step: number }).step <= step);
  if (before.length === 0) rmSync(file);
  else replaceFile(file, before.map((line) => `${line}\n`).join(""));
}
