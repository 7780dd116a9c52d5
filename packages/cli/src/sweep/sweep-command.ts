/** `tokenwise sweep`: cells, then what they say together. */
import { join } from "node:path";
import { loadLanguageModel } from "@tokenwise/core";
import { readPrompts } from "@tokenwise/data";
import { TokenwiseError } from "@tokenwise/kit";
import { numerics } from "@tokenwise/model";
import { runSweep, type SweepEvent } from "@tokenwise/sweep";
import type { Invocation } from "../commands/command.ts";
import type { Configured } from "../config/configure.ts";
import type { SweepConfig } from "../config/schema.ts";
import { startBackend } from "../config/start-backend.ts";
import { exitCodes } from "../exit-codes.ts";
import { replaceFile } from "../output/replace-file.ts";
import { interruptible } from "../train/interruptible.ts";
import { describeReport } from "../train/describe-event.ts";
import { commonOf, runsOf, type Cell, type Run } from "./cells.ts";
import { computeRun, measured, type CellResult } from "./compute.ts";
import { importReward } from "./import-reward.ts";
import { progress } from "./progress.ts";
import { summaryPage, summaryTable } from "./show.ts";
import { summarize } from "./summarize.ts";
import { trialsOf } from "./trials.ts";

/** Two to choose by, two to report: an interval needs as many. */
const leastPrompts = 4;

/** @returns the exit code. */
export async function runSweepCommand(
  { own: { json }, typed, io }: Invocation<{ readonly json: boolean }>,
  configured: Configured,
  sweep: SweepConfig,
): Promise<number> {
  const { config, required, at } = configured;
  const [model, output] = [required("model", "model"), required("output", "output")];
  const files = sweep.data ?? [required("data", "data")];
  const seeds = sweep.seeds ?? [config.seed];
  refuseTwice(seeds, at(["sweep", "seeds"]));
  refuseTwice(files, at(["sweep", "data"]));
  const trials = await trialsOf(configured, sweep);
  const reward = await importReward(sweep.reward, at(["sweep", "reward"]));
  await startBackend(config);
  const around = { backend: numerics(), plugins: await configured.plugins(), at };
  const common = await commonOf({ ...config, model }, sweep, around);
  const where = at(sweep.data ? ["sweep", "data"] : ["data"]);
  const runs = await runsOf(trials, { seeds, files, common, where });

  const reference = await loadLanguageModel(config.reference ?? model);
  const line = (text: string): void => {
    if (!json) io.stdout.write(`${text}\n`);
  };
  const interrupt = interruptible(io, () => line("stopping after this run; Ctrl-C again stops at once"));
  try {
    const { examples, report } = await readPrompts(sweep.prompts, { tokenizer: reference.tokenizer });
    describeReport(sweep.prompts, report, "").forEach((text) => io.stderr.write(`${text}\n`));
    if (examples.length < leastPrompts)
      throw wrong(at(["sweep", "prompts"]), `${examples.length} prompts`, `give ${leastPrompts} or more`);
    const prompts = examples.map(({ text, prompt }) => ({ text, ids: prompt }));
    const { samplesPerPrompt, maxNewTokens } = sweep;
    const measure = { prompts, reward, samplesPerPrompt, maxNewTokens, seed: config.seed };
    const folder = join(output, "cells");
    const ofReference = await measureReference(folder, common, () => measured(reference, reference, measure));
    const byCell = new Map<Cell, Run>(runs.map((run) => [run.cell, run]));
    const show = progress(io.stdout, json);
    const { outcomes, interrupted } = await runSweep<Cell, CellResult>({
      ...{ cells: runs.map(({ cell }) => cell), folder, signal: interrupt.signal },
      run: (cell) => computeRun(byCell.get(cell)!, { model, reference, measure }),
      onEvent: (event: SweepEvent<Cell, CellResult>) => show(event, byCell.get(event.cell)!),
    });
    if (interrupted) {
      io.stderr.write(`interrupted after ${outcomes.length} of ${runs.length} runs. Go on with:\n  ${typed}\n`);
      return exitCodes.interrupted;
    }
    const { seed } = config;
    const summary = summarize(runs, outcomes, {
      ...{ reference: ofReference, seed },
      baseline: sweep.baseline ?? trials[0]!.name,
    });
    const failed = outcomes.filter(({ state }) => state === "failed").length;
    replaceFile(join(output, "sweep.json"), `${JSON.stringify(summary, undefined, 2)}\n`);
    io.stdout.write(json ? `${JSON.stringify({ type: "summary", ...summary })}\n` : summaryTable(summary));
    try {
      replaceFile(join(output, "sweep.html"), summaryPage(output, summary));
    } catch (error) {
      io.stderr.write(`sweep.html is not written: ${error instanceof Error ? error.message : String(error)}\n`);
    }
    if (failed === 0) return exitCodes.done;
    io.stderr.write(`${failed} of ${runs.length} runs failed. Try them again with:\n  ${typed}\n`);
    return exitCodes.failed;
  } finally {
    interrupt.release();
    reference.dispose();
  }
}

/** First of all: a reward that fails shows before anything is trained. @throws what the measurement throws. */
async function measureReference(
  folder: string,
  common: unknown,
  measureIt: () => Promise<CellResult>,
): Promise<CellResult> {
  let problem: unknown;
  const run = async (): Promise<CellResult> => {
    try {
      return await measureIt();
    } catch (error) {
      problem = error;
      throw error;
    }
  };
  const cell: Cell = { common };
  const [outcome] = (await runSweep({ cells: [cell], folder, run })).outcomes;
  if (outcome?.state === "done") return outcome.result;
  throw problem as Error;
}

function refuseTwice(values: readonly (string | number)[], where: string): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw wrong(where, `${twice} is named twice`, "name each once");
}

const wrong = (where: string, what: string, hint: string): TokenwiseError =>
  new TokenwiseError("TW_E_CONFIG", `${where}: ${what}`, { hint });
