/** What the annotators of a method compute for a file. */
import { annotate, annotatorsOf, loadLanguageModel, type AnnotateOptions } from "@tokenwise/core";
import { readPreferences } from "@tokenwise/data";
import { countFlops } from "@tokenwise/sweep";
import { annotationModels, rowOptions } from "../config/row-options.ts";
import type { Cell, Run } from "./cells.ts";
import { kept } from "./kept.ts";

export interface AnnotationCost {
  readonly flops: number;
  /** What is not among them. */
  readonly uncounted: readonly string[];
}

/**
 * Counted once for all runs that have the annotators and the file in common, over the rows in memory: what is stored beside the file does not
 * say what it took.
 *
 * @throws as `annotate`.
 */
export async function annotationCost(
  { cell, trial: { config, method }, data }: Run,
  { model, folder }: { readonly model: string; readonly folder: string },
): Promise<AnnotationCost> {
  const annotators = annotatorsOf(method);
  if (annotators.length === 0) return { flops: 0, uncounted: [] };
  const { microBatchTokens, vocabularyRows } = config;
  const settings = { microBatchTokens, ...(vocabularyRows !== undefined && { vocabularyRows }) };
  const annotation = {
    annotators: annotators.map(({ name, fingerprint, models }) => ({ name, fingerprint, models })),
    ...{ data: cell.trained?.data, read: config.read ?? null, settings },
  };
  const cost = await kept<AnnotationCost>(folder, { annotation, common: cell.common } satisfies Cell, () =>
    counted({ model, data, method, ...settings, ...annotationModels(config), ...rowOptions(config) }),
  );
  const trained = Object.keys(config.annotation?.models ?? {}).map((role) => `the training of the ${role} model`);
  return { ...cost, uncounted: [...cost.uncounted, ...trained] };
}

async function counted(options: AnnotateOptions & { readonly model: string; readonly data: string }) {
  const language = await loadLanguageModel(options.model);
  try {
    const { tokenizer } = language;
    const { examples } = await readPreferences(options.data, { ...options.read, tokenizer });
    const { flops, value } = await countFlops(() => annotate({ ...options, model: language, data: examples }));
    const computed = value.columns.map(({ name }) => name);
    const given = annotatorsOf(options.method)
      .flatMap(({ columns }) => columns)
      .filter((name) => !computed.includes(name));
    return { flops, uncounted: given.map((name) => `the column "${name}", which the rows have`) };
  } finally {
    language.dispose();
  }
}
