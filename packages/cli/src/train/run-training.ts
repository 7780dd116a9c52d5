/** What `train` and `sft` have in common: a run with progress, files, and an end that can be gone on from. */
import { join } from "node:path";
import { settingsSchema, train, type Run, type RowKind, type SettingsInput, type TrainEvent } from "@tokenwise/core";
import type { Method } from "@tokenwise/kit";
import type { RunState } from "@tokenwise/report";
import type { Invocation } from "../commands/command.ts";
import type { RunFlags } from "../commands/run-flags.ts";
import type { Configured } from "../config/configure.ts";
import { annotationOptions, rowOptions } from "../config/row-options.ts";
import type { Config } from "../config/schema.ts";
import { isMethod } from "../config/is-method.ts";
import { exitCodes } from "../exit-codes.ts";
import { duration } from "../output/format.ts";
import { settled } from "../settled.ts";
import { version } from "../version.ts";
import { interruptible } from "./interruptible.ts";
import { reporterFor } from "./reporter.ts";
import { runFiles } from "./run-files.ts";
import { runReport } from "./run-report.ts";
import { startBackend } from "../config/start-backend.ts";

export interface Training {
  readonly rows: RowKind;
  readonly method: Method;
}

/** @returns the exit code. */
export async function runTraining(
  { own, typed, io }: Invocation<RunFlags>,
  { config, required }: Configured,
  { rows, method }: Training,
): Promise<number> {
  const [model, data, output] = [required("model", "model"), required("data", "data"), required("output", "output")];
  const reporter = reporterFor(io, own.json, join(output, "dropped.jsonl"));
  const { seed } = config;
  const files = runFiles(output, { tokenwise: version, command: typed, configuration: saved(config), seed });
  const report = await runReport(output, {
    port: own.watchPort ?? (own.watch ? 0 : undefined),
    onServed: (url) => (own.json ? io.stderr.write(`watch: ${url}\n`) : reporter.line(`watch: ${url}`)),
    onProblem: (problem) => io.stderr.write(`report.html is not written: ${problem}\n`),
  });
  const onEvent = (event: TrainEvent): void => {
    files.event(event);
    report.event(event);
    reporter.event(event);
  };
  const end = (state: RunState, problem?: string): void => {
    files.end(state, problem);
    report.end();
  };
  const started = performance.now();
  const interrupt = interruptible(io, () => reporter.line("stopping after this step; Ctrl-C again stops at once"));
  try {
    const { evaluationData, reference, parts } = config;
    const backend = await startBackend(config);
    const run = await settled(
      train({
        ...settingsOf(config),
        ...{ model, data, method, rows, output, backend, onEvent },
        ...{ resume: own.resume, signal: interrupt.signal },
        ...(evaluationData !== undefined && { evaluationData }),
        ...(reference !== undefined && { reference }),
        ...(parts !== undefined && { parts }),
        ...rowOptions(config),
        ...annotationOptions(config),
      }),
    );
    run.model.dispose();
    end(run.interrupted ? "interrupted" : "ended");
    reporter.close();
    const after = `${run.steps} steps, ${duration((performance.now() - started) / 1000)}`;
    if (!run.interrupted) reporter.line(`done: ${after}; the model is in ${output}`);
    else io.stderr.write(howToGoOn(run, typed));
    return run.interrupted ? exitCodes.interrupted : exitCodes.done;
  } catch (error) {
    end("failed", error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    reporter.close();
    interrupt.release();
    await report.close();
  }
}

const settingKeys = Object.keys(settingsSchema.shape) as (keyof SettingsInput)[];

/** The configuration's keys that are the trainer's settings. */
export function settingsOf(config: Config): SettingsInput {
  return Object.fromEntries(settingKeys.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]])));
}

/** As `run.json` holds it; a method made in code by where it comes from, or by its parts. */
function saved(config: Config): unknown {
  const { method } = config;
  if (!isMethod(method)) return config;
  const { origin, beta, objectives } = method;
  const parts = { beta: beta.name, objectives: objectives.map(({ scorer, loss }) => [scorer.name, loss.name]) };
  return { ...config, method: origin ? { ...(origin.options as object), use: origin.use } : parts };
}

function howToGoOn({ history }: Run, typed: string): string {
  const last = history.at(-1);
  if (!last) return "interrupted before a step; nothing is lost\n";
  const again = typed.includes("--resume") ? typed : `${typed} --resume`;
  return `interrupted after step ${last.step}, with a checkpoint. Go on with:\n  ${again}\n`;
}
