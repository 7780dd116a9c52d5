/** What a cell costs: a training run, and samples of what it made. */
import { train, type LanguageModel } from "@tokenwise/core";
import { measurePolicy, type MeasureOptions } from "@tokenwise/sweep";
import { annotationOptions, rowOptions } from "../config/row-options.ts";
import type { Run } from "./cells.ts";
import { runSettings } from "./trials.ts";

/** Means of each prompt, in their order. */
export interface CellResult {
  readonly ended: number;
  readonly prompts: readonly { readonly reward: number; readonly kl: number; readonly length: number }[];
}

/** @throws as `measurePolicy`. */
export async function measured(
  policy: LanguageModel,
  reference: LanguageModel,
  options: MeasureOptions,
): Promise<CellResult> {
  const { ended, prompts } = await measurePolicy(policy, reference, options);
  return { ended, prompts: prompts.map(({ reward, kl, length }) => ({ reward, kl, length })) };
}

/** Trains, measures and forgets. @throws as `train` and `measurePolicy`. */
export async function computeRun(
  { trial: { config, method }, seed, data }: Run,
  from: { readonly model: string; readonly reference: LanguageModel; readonly measure: MeasureOptions },
): Promise<CellResult> {
  const { reference, parts } = config;
  const run = await train({
    ...runSettings(config),
    ...{ model: from.model, data, method, seed },
    ...(reference !== undefined && { reference }),
    ...(parts !== undefined && { parts }),
    ...rowOptions(config),
    ...annotationOptions(config),
  });
  try {
    return await measured(run.model, from.reference, from.measure);
  } finally {
    run.model.dispose();
  }
}
