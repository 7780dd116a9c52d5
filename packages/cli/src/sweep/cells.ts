/** The cells of a sweep: what determines each result, by value. */
import { fileURLToPath } from "node:url";
import type { LoadedPlugins } from "../config/load-plugins.ts";
import type { Config, SweepConfig } from "../config/schema.ts";
import { version } from "../version.ts";
import { fileDigest, folderDigest, type Digest } from "./digest.ts";
import { runSettings, type Trial } from "./trials.ts";

export interface Cell {
  /** Undefined: the reference itself. */
  readonly trained?: {
    readonly method: unknown;
    readonly settings: unknown;
    readonly seed: number;
    readonly data: Digest;
    readonly read: unknown;
    /** Of what is taken from the method. */
    readonly control?: string;
  };
  /** Of what annotators compute for a file, in the place of a run. */
  readonly annotation?: unknown;
  /** Of samples of the reference for one prompt, in the place of a run. */
  readonly ofReference?: unknown;
  readonly common: Common;
}

/** What all cells have in common. */
export interface Common {
  readonly model: Digest;
  readonly [name: string]: unknown;
}

/** A cell, and what it is of. */
export interface Run {
  readonly cell: Cell;
  readonly trial: Trial;
  readonly seed: number;
  readonly data: string;
  /** At equal FLOPs, where they are others than the configuration's. */
  readonly steps?: number;
}

/** Of results: with another one, those that are kept count as missing. */
const format = 3;

type At = (path: readonly (string | number)[]) => string;

/** @throws TW_E_CONFIG  for a file that cannot be read. */
export async function commonOf(
  config: Config & { readonly model: string },
  sweep: SweepConfig,
  { backend, plugins, at }: { readonly backend: string; readonly plugins: LoadedPlugins; readonly at: At },
): Promise<Common> {
  const { model, reference, parts, seed, annotation, evaluationData, read } = config;
  const { prompts, reward, samplesPerPrompt, maxNewTokens } = sweep;
  return {
    ...{ version, format, backend, seed, samplesPerPrompt, maxNewTokens },
    model: await folderDigest(model, at(["model"])),
    reference: reference === undefined ? null : await folderDigest(reference, at(["reference"])),
    parts: parts === undefined ? null : await fileDigest(parts, at(["parts"])),
    heldOut:
      evaluationData === undefined
        ? null
        : { data: await fileDigest(evaluationData, at(["evaluationData"])), read: read ?? null },
    annotation: await Promise.all(
      Object.entries(annotation?.models ?? {}).map(async ([role, folder]) => [
        role,
        await folderDigest(folder, at(["annotation", "models", role])),
      ]),
    ),
    prompts: await fileDigest(prompts, at(["sweep", "prompts"])),
    reward: await fileDigest(reward, at(["sweep", "reward"])),
    plugins: await Promise.all(
      plugins.named.map(async ({ named, where, url, plugin }) => ({
        named: plugin ? `${plugin.name} ${plugin.version}` : named,
        file: url?.startsWith("file:") ? await fileDigest(fileURLToPath(url), where) : null,
      })),
    ),
  };
}

/** Seeds outermost: early results are of all methods. */
export async function runsOf(
  trials: readonly Trial[],
  {
    seeds,
    files,
    common,
    where,
  }: { seeds: readonly number[]; files: readonly string[]; common: Common; where: string },
): Promise<readonly Run[]> {
  const digests = await Promise.all(files.map((file) => fileDigest(file, where)));
  return seeds.flatMap((seed) =>
    files.flatMap((data, index) =>
      trials.map((trial): Run => {
        const settings = runSettings(trial.config);
        const trained = { method: trial.spec, settings, seed, data: digests[index]!, read: trial.config.read ?? null };
        return { cell: { trained, common }, trial, seed, data };
      }),
    ),
  );
}

/** The same run with another number of steps. */
export function withSteps({ cell, trial, ...run }: Run, steps: number): Run {
  const config = { ...trial.config, steps };
  return {
    ...run,
    cell: { ...cell, trained: { ...cell.trained!, settings: runSettings(config) } },
    trial: { ...trial, config },
  };
}
