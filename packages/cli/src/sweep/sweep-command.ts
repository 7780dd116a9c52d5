/** `tokenwise sweep`: cells, then what they say together. */
import { join } from "node:path";
import { loadLanguageModel, type LanguageModel, type MethodSpec } from "@tokenwise/core";
import { readPreferences, readPrompts, type ReadReport } from "@tokenwise/data";
import { TokenwiseError } from "@tokenwise/kit";
import { numerics } from "@tokenwise/model";
import { adviseAnnotation } from "../annotate/annotate-command.ts";
import type { Invocation } from "../commands/command.ts";
import type { Configured } from "../config/configure.ts";
import type { LoadedPlugins } from "../config/load-plugins.ts";
import type { SweepConfig } from "../config/schema.ts";
import { rowOptions } from "../config/row-options.ts";
import { startBackend } from "../config/start-backend.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { replaceFile } from "../output/replace-file.ts";
import { interruptible } from "../train/interruptible.ts";
import { describeReport } from "../train/describe-event.ts";
import { boundsOf, withBounds } from "./bounds.ts";
import { refuseControls } from "./control-runs.ts";
import { commonOf, runsOf, type Cell } from "./cells.ts";
import { measured, type Measured } from "./compute.ts";
import { importReward } from "./import-reward.ts";
import { kept } from "./kept.ts";
import { runPhases } from "./phases.ts";
import { ceilingProgress, progress } from "./progress.ts";
import { summaryPage, summaryText } from "./show.ts";
import type { Summary } from "./summarize.ts";
import { remarksOn, trialsOf } from "./trials.ts";

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
  refuseTwice(sweep.controls, at(["sweep", "controls"]));
  const trials = await trialsOf(configured, sweep);
  for (const remark of remarksOn(trials, sweep)) io.stderr.write(`${remark}\n`);
  const baseline = sweep.baseline ?? trials[0]!.name;
  refuseControls(sweep.controls, trials, baseline, at(["sweep", "controls"]));
  const reward = await importReward(sweep.reward, at(["sweep", "reward"]));
  await startBackend(config);
  const plugins = await configured.plugins();
  refuseValues(plugins);
  const around = { backend: numerics(), plugins, at };
  const common = await commonOf({ ...config, model }, sweep, around);
  const where = at(sweep.data ? ["sweep", "data"] : ["data"]);
  const runs = await runsOf(trials, { seeds, files, common, where });

  const reference = await loadLanguageModel(config.reference ?? model);
  const line = (text: string): void => {
    if (!json) io.stdout.write(`${text}\n`);
  };
  const interrupt = interruptible(io, () => line("stopping when this is done; Ctrl-C again stops at once"));
  try {
    const { equalFlops, controls, ceilingSamples: samples } = sweep;
    const measure = { ...(await measureOptions(configured, sweep, reference, io)), reward, seed: config.seed };
    const { prompts, maxNewTokens } = measure;
    const folder = join(output, "cells");
    // First of all: a reward that fails shows before anything is trained.
    const ofReference = await kept<Measured>(folder, { common } satisfies Cell, () =>
      measured(reference, reference, measure),
    );
    const reported = prompts.slice(Math.floor(prompts.length / 2));
    const bounds = await boundsOf(reference, {
      ...{ prompts: reported, samples, reward, maxNewTokens, seed: config.seed, folder, common },
      ...{ signal: interrupt.signal, show: ceilingProgress(io.stdout, json, reported.length) },
    });
    const phases = await runPhases(runs, {
      ...{ model, reference, measure, folder, ofReference, equalFlops, controls },
      ...{ seed: config.seed, signal: interrupt.signal },
      baseline,
      show: progress(io.stdout, json),
      advise: (error, { trial, data }) => adviseAnnotation(error, onFile(configured, data), methodText(trial.spec)),
    });
    const { total, ended } = phases;
    if (!phases.summary || bounds === "interrupted") {
      io.stderr.write(`interrupted after ${ended.length} of ${total} runs. Go on with:\n  ${typed}\n`);
      return exitCodes.interrupted;
    }
    const summary = bounds ? withBounds(phases.summary, bounds) : phases.summary;
    tell(summary, { output, json, io });
    const failed = ended.filter(({ outcome }) => outcome.state === "failed").length;
    if (failed === 0) return exitCodes.done;
    io.stderr.write(`${failed} of ${total} runs failed. Try them again with:\n  ${typed}\n`);
    return exitCodes.failed;
  } finally {
    interrupt.release();
    reference.dispose();
  }
}

/** What every policy is measured on; what was read is told. @throws TW_E_CONFIG  for too few prompts. */
async function measureOptions(
  { config, at }: Configured,
  { prompts: file, samplesPerPrompt, maxNewTokens }: SweepConfig,
  { tokenizer }: LanguageModel,
  { stderr }: Io,
) {
  const describe = (of: string, report: ReadReport): void =>
    describeReport(of, report, "").forEach((text) => stderr.write(`${text}\n`));
  const { examples, report } = await readPrompts(file, { tokenizer });
  describe(file, report);
  if (examples.length < leastPrompts)
    throw wrong(at(["sweep", "prompts"]), `${examples.length} prompts`, `give ${leastPrompts} or more`);
  const prompts = examples.map(({ text, prompt }) => ({ text, ids: prompt }));
  const sizes = { prompts, samplesPerPrompt, maxNewTokens };
  const heldOut = config.evaluationData;
  if (heldOut === undefined) return sizes;
  const pairs = await readPreferences(heldOut, { ...rowOptions(config).read, tokenizer });
  describe(heldOut, pairs.report);
  return { ...sizes, pairs: pairs.examples };
}

interface Telling {
  readonly output: string;
  readonly json: boolean;
  readonly io: Io;
}

function tell(summary: Summary, { output, json, io: { stdout, stderr } }: Telling): void {
  replaceFile(join(output, "sweep.json"), `${JSON.stringify(summary, undefined, 2)}\n`);
  stdout.write(json ? `${JSON.stringify({ type: "summary", ...summary })}\n` : summaryText(summary));
  try {
    replaceFile(join(output, "sweep.html"), summaryPage(output, summary));
  } catch (error) {
    stderr.write(`sweep.html is not written: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** As if a flag had named the file. */
const onFile = (configured: Configured, data: string): Configured => ({
  ...configured,
  flags: [...configured.flags.filter(({ name }) => name !== "data"), { name: "data", path: ["data"], value: data }],
});

const methodText = (spec: MethodSpec): string => (typeof spec === "string" ? spec : JSON.stringify(spec));

/** What a value holds cannot be told from what it held when a run was kept. */
function refuseValues({ named }: LoadedPlugins): void {
  const value = named.find(({ plugin, url }) => plugin && url === undefined);
  if (value) throw wrong(value.where, "a plugin that code has made", "name its package or its file");
}

function refuseTwice(values: readonly (string | number)[], where: string): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw wrong(where, `${twice} is named twice`, "name each once");
}

const wrong = (where: string, what: string, hint: string): TokenwiseError =>
  new TokenwiseError("TW_E_CONFIG", `${where}: ${what}`, { hint });
