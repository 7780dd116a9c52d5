/** What a cell costs: a training run, and samples of what it made. */
import type { LanguageModel } from "@tokenwise/core";
import { TokenwiseError } from "@tokenwise/kit";
import {
  measurePolicy,
  trainCounted,
  type MeasureOptions,
  type MethodCost,
  type TrainingFlops,
} from "@tokenwise/sweep";
import { annotationOptions, rowOptions } from "../config/row-options.ts";
import { annotationCost } from "./annotation-cost.ts";
import type { Run } from "./cells.ts";
import { fileDigest, folderDigest } from "./digest.ts";
import { runSettings } from "./trials.ts";

/** What a policy is worth. */
export interface Measured {
  readonly ended: number;
  /** Share of the held-out pairs, where there are some. */
  readonly accuracy?: number;
  /** Means of each prompt, in their order. */
  readonly prompts: readonly { readonly reward: number; readonly kl: number; readonly length: number }[];
}

export interface CellResult extends Measured {
  /** Optimizer steps. */
  readonly steps: number;
  /** Of matrix products; `annotation`: of the method's annotators, over all rows. */
  readonly flops: TrainingFlops & { readonly annotation: number };
  /** Of the method with another number of steps, without annotators. */
  readonly cost: MethodCost;
  /** What else was computed for this run, and is in none of these numbers. */
  readonly uncounted: readonly string[];
  /** What parts of the method said while it was trained. */
  readonly warnings: readonly string[];
}

/** @throws as `measurePolicy`. */
export async function measured(
  policy: LanguageModel,
  reference: LanguageModel,
  options: MeasureOptions,
): Promise<Measured> {
  const { ended, accuracy, prompts } = await measurePolicy(policy, reference, options);
  return {
    ...{ ended, ...(accuracy !== undefined && { accuracy }) },
    prompts: prompts.map(({ reward, kl, length }) => ({ reward, kl, length })),
  };
}

export interface ComputeFrom {
  readonly model: string;
  readonly reference: LanguageModel;
  readonly measure: MeasureOptions;
  /** Of cells. */
  readonly folder: string;
}

/**
 * Trains, counts, measures and forgets.
 *
 * @throws TW_E_CONFIG  if the model or the data are others by now than when the sweep began.
 * @throws as `train`, `annotate` and `measurePolicy`.
 */
export async function computeRun(given: Run, from: ComputeFrom): Promise<CellResult> {
  const { trial, seed, data } = given;
  const { reference, parts } = trial.config;
  const warnings: string[] = [];
  const { run, flops, cost } = await trainCounted({
    ...runSettings(trial.config),
    ...{ model: from.model, data, method: trial.method, seed },
    ...(reference !== undefined && { reference }),
    ...(parts !== undefined && { parts }),
    ...rowOptions(trial.config),
    ...annotationOptions(trial.config),
    onEvent: (event) => {
      if (event.type === "warning") warnings.push(`${event.part}: ${event.message}`);
    },
  });
  try {
    await refuseChanged(given, from);
    const annotation = await annotationCost(given, from);
    return {
      ...{ steps: run.steps, flops: { annotation: annotation.flops, ...flops }, uncounted: annotation.uncounted },
      ...{ cost, warnings },
      ...(await measured(run.model, from.reference, from.measure)),
    };
  } finally {
    run.model.dispose();
  }
}

/** What was read is what the cell says was read. */
async function refuseChanged({ cell, data }: Run, { model }: ComputeFrom): Promise<void> {
  const [file, folder] = [await fileDigest(data, data), await folderDigest(model, model)];
  const changed =
    file.sha256 !== cell.trained!.data.sha256 ? data : folder.sha256 !== cell.common.model.sha256 && model;
  if (changed === false) return;
  throw new TokenwiseError("TW_E_CONFIG", `${changed} is another by now than when the sweep began`, {
    hint: "run the sweep again: it computes what the change concerns, and keeps the rest",
  });
}
