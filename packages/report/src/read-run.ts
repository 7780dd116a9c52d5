/** A run from the folder that it left, or is still writing to. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { TokenwiseError } from "@tokenwise/kit";
import type { DroppedRow, Environment, MeasuredStep, ReportRun, RunState, SampleSet, TokenSet } from "./report.ts";

/** `run.json` */
interface RunRecord {
  readonly tokenwise?: string;
  readonly command?: string;
  readonly configuration?: unknown;
  readonly environment?: Environment;
  readonly state?: RunState;
  /** Why it ended, if it failed. */
  readonly problem?: string;
}

/** A line of `metrics.jsonl`. */
interface MetricsLine extends MeasuredStep {
  readonly type: string;
  /** Of a step. */
  readonly seconds?: number;
}

/** A line of `warnings.jsonl`. */
interface WarningLine {
  readonly step: number;
  readonly part: string;
  readonly message: string;
}

/**
 * What `tokenwise train` and `tokenwise sft` leave: `run.json`, `metrics.jsonl`, `dropped.jsonl`, and `samples.jsonl`, `tokens.jsonl` and `warnings.jsonl` where
 * there are. The seconds of a step are its metric `seconds`.
 *
 * @param name  default: the folder's.
 * @throws TW_E_NOT_A_RUN  if `run.json` is not there.
 * @throws TW_E_RUN_FILE  if a file is damaged; half a line at a file's end, which a killed run leaves, is none.
 */
export function readRun(folder: string, name = basename(resolve(folder))): ReportRun {
  const record = readRecord(folder);
  const lines = (name: string): readonly unknown[] => readLines(join(folder, `${name}.jsonl`));
  const metrics = lines("metrics") as readonly MetricsLine[];
  const samples = lines("samples") as readonly SampleSet[];
  const tokens = lines("tokens") as readonly TokenSet[];
  const warnings = lines("warnings") as readonly WarningLine[];
  return {
    name,
    configuration: record.configuration ?? null,
    environment: {
      ...(record.tokenwise !== undefined && { tokenwise: record.tokenwise }),
      ...record.environment,
      ...(record.command !== undefined && { command: record.command }),
    },
    steps: metrics.flatMap((line) => (line.type === "step" ? measuredStep(line) : [])),
    evaluations: metrics.flatMap((line) => (line.type === "evaluate" ? measuredStep(line) : [])),
    ...(samples.length > 0 && { samples }),
    ...(tokens.length > 0 && { tokens }),
    dropped: lines("dropped") as readonly DroppedRow[],
    warnings: [
      ...warnings.map(({ step, part, message }) => `After step ${step}, ${part}: ${message}.`),
      ...(record.problem === undefined ? [] : [`The run failed: ${record.problem}`]),
    ],
    ...(record.state !== undefined && { state: record.state }),
  };
}

/** Named by their folders, as shortly as tells them apart. @throws as `readRun`; TW_E_REPORT_NAMES if one folder is given twice */
export function readRuns(folders: readonly string[]): readonly ReportRun[] {
  const short = folders.map((folder) => basename(resolve(folder)));
  const isClear = new Set(short).size === short.length;
  return folders.map((folder, index) => readRun(folder, isClear ? short[index] : folder));
}

/** A step or an evaluation as a run's events tell it. */
export const measuredStep = ({ step, metrics, seconds }: Omit<MetricsLine, "type">): MeasuredStep => ({
  step,
  metrics: { ...metrics, ...(seconds !== undefined && { seconds }) },
});

function readRecord(folder: string): RunRecord {
  const file = join(folder, "run.json");
  if (!existsSync(file))
    throw new TokenwiseError("TW_E_NOT_A_RUN", `${folder} holds no run: there is no run.json in it`, {
      hint: "name the output folder of tokenwise train or tokenwise sft",
    });
  const record = parse(readFileSync(file, "utf8"), file);
  if (isObject(record)) return record as RunRecord;
  throw damaged(file);
}

function readLines(file: string): readonly unknown[] {
  if (!existsSync(file)) return [];
  const whole = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return whole.map((line, index) => {
    const place = `${file}:${index + 1}`;
    const value = parse(line, place);
    if (!isObject(value)) throw damaged(place);
    return value;
  });
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(place, cause);
  }
}

const damaged = (place: string, cause?: unknown): TokenwiseError =>
  new TokenwiseError("TW_E_RUN_FILE", `${place}: not a JSON object`, {
    hint: "the file was changed or cut off by something else than the run; take the line out, or the folder from the list",
    cause,
  });
