/** `annotate`: the columns that a method's annotators compute, for a dataset, once. */
import { TokenwiseError, type Annotator, type Method } from "@tokenwise/kit";
import type { PreferenceExample } from "@tokenwise/data";
import { currentBackend, useBackend, type BackendName } from "@tokenwise/model";
import { loadLanguageModel, type LanguageModel } from "../language-model.ts";
import type { TrainEvent } from "../loop/events.ts";
import { loadExamples, type Dataset, type RowOptions } from "../loop/load-examples.ts";
import { parseSettings, type Settings, type SettingsInput } from "../loop/settings.ts";
import { describeDataset } from "../plan/dataset.ts";
import { AnnotationModels } from "./annotation-models.ts";
import { annotatorsOf, checkRoles, hasColumns } from "./annotators.ts";
import { ColumnStore } from "./column-store.ts";
import { computeRows } from "./compute-rows.ts";
import { exampleKey } from "./example-key.ts";
import { columnFormats, type ColumnFormat } from "./row-files.ts";
import { sharesOf, type AnnotatedShare } from "./share-of-rows.ts";
import { aboutOf, addColumns } from "./stored-columns.ts";

export type AnnotateEvent =
  | Extract<TrainEvent, { readonly type: "data" }>
  /** Rows that are annotated so far, those that were known among them. */
  | { readonly type: "annotate"; readonly annotator: string; readonly done: number; readonly total: number };

export interface AnnotateOptions extends Pick<SettingsInput, "microBatchTokens" | "vocabularyRows"> {
  /** The model that is to be trained, as it is before: a Hugging Face folder, or in memory. It has every role that `models` leaves out. */
  readonly model: string | LanguageModel;
  /** A JSONL file: columns are stored beside it. Rows in memory or examples: columns are in the result alone. */
  readonly data: Dataset;
  readonly method: Method;
  /** By the roles of the annotators. */
  readonly models?: Readonly<Record<string, string | LanguageModel>>;
  /** Of what is stored beside a file. Default: that of what is stored already, else Parquet. */
  readonly format?: ColumnFormat;
  /** Seconds from one write beside a file to the next, at least. What a killed process has not written is computed again. Default 5. */
  readonly storeEvery?: number;
  /** How rows are read: as in training, since columns are of the tokens that are trained on. */
  readonly read?: RowOptions;
  /** Default: the one in use, else the fastest one that is installed. */
  readonly backend?: BackendName | "auto";
  readonly onEvent?: (event: AnnotateEvent) => void;
  /** Ends after the rows that are being computed; what is computed is stored. */
  readonly signal?: AbortSignal;
}

export interface AnnotatedColumn {
  readonly name: string;
  readonly annotator: string;
  /** Rows whose values were stored before. */
  readonly known: number;
  /** Rows that were computed now. */
  readonly computed: number;
  /** Where the values are. */
  readonly folder?: string;
  /** How many values there are, one per response token. */
  readonly values: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

export interface Annotated {
  readonly backend: BackendName;
  readonly interrupted: boolean;
  /** The rows with their columns, for `train({ data })`. Where it was interrupted, some have none. */
  readonly examples: readonly PreferenceExample[];
  /** None where the method has no annotators, or the rows have their columns already. */
  readonly columns: readonly AnnotatedColumn[];
  /** What the annotators report beside their columns, over all annotated rows. */
  readonly shares: readonly AnnotatedShare[];
}

/**
 * Computes the columns that a method's annotators offer and stores them beside the data file, where `train` and `evaluate` find
 * them. What is stored already is not computed again.
 *
 * @example const { examples } = await annotate({ model, data: rows, method }); // then train({ model, data: examples, method })
 * @throws TW_E_ANNOTATION        if an annotator gives other values than one finite number per response token.
 * @throws TW_E_ANNOTATION_MODEL  for a role that no annotator has, or a model with other tokens.
 * @throws TW_E_SETTINGS, TW_E_COLUMN_CLASH, TW_E_COLUMN_FILE, and the coded errors of data, models and annotators.
 */
export async function annotate(options: AnnotateOptions): Promise<Annotated> {
  const {
    model,
    data,
    method,
    models = {},
    read = {},
    backend,
    format,
    storeEvery = 5,
    onEvent,
    signal,
    ...given
  } = options;
  checkStorage(options);
  const settings = parseSettings(given);
  const backendName = await useBackend(backend ?? currentBackend() ?? "auto");
  const language = typeof model === "string" ? await loadLanguageModel(model) : model;
  const opened = new AnnotationModels(language, models);
  try {
    const emit = (event: TrainEvent): void => {
      if (event.type === "data") onEvent?.(event);
    };
    let examples = await loadExamples(data, { tokenizer: language.tokenizer, rows: "preferences", read, emit });
    const { vocabSize: vocabulary, maxPositionEmbeddings: positions } = language.model.config;
    describeDataset(examples, { vocabulary, positions });
    const annotators = annotatorsOf(method);
    checkRoles(annotators, models);
    const columns: AnnotatedColumn[] = [];
    const shares: AnnotatedShare[] = [];
    for (const annotator of annotators) {
      if (hasColumns(examples, annotator)) continue;
      const about = await aboutOf(annotator, opened);
      const store = typeof data === "string" ? new ColumnStore(data, about, format) : undefined;
      const by = { examples, store, storeEvery, models: opened, settings, onEvent, signal };
      const result = await annotateBy(annotator, by);
      examples = result.examples;
      columns.push(...result.columns);
      shares.push(...result.shares);
    }
    return { backend: backendName, interrupted: signal?.aborted ?? false, examples, columns, shares };
  } finally {
    opened.dispose();
    if (typeof model === "string") language.dispose();
  }
}

/** @throws TW_E_SETTINGS */
function checkStorage({ data, format, storeEvery }: AnnotateOptions): void {
  const refuse = (what: string): never => {
    throw new TokenwiseError("TW_E_SETTINGS", what, { hint: "they are of columns beside a data file" });
  };
  if (typeof data !== "string" && (format ?? storeEvery) !== undefined)
    refuse("format and storeEvery, but the data are rows in memory: nothing is stored");
  if (format !== undefined && !columnFormats.includes(format))
    refuse(`no format "${format}": there are ${columnFormats.join(" and ")}`);
  if (storeEvery !== undefined && !(storeEvery >= 0)) refuse(`storeEvery ${storeEvery} is no number of seconds`);
}

interface AnnotateBy {
  readonly examples: readonly PreferenceExample[];
  readonly store: ColumnStore | undefined;
  readonly storeEvery: number;
  readonly models: AnnotationModels;
  readonly settings: Settings;
  readonly onEvent: AnnotateOptions["onEvent"] | undefined;
  readonly signal: AbortSignal | undefined;
}

async function annotateBy(annotator: Annotator, { examples, store, models, settings, onEvent, ...by }: AnnotateBy) {
  const known = (await store?.read()) ?? new Map();
  const total = examples.length;
  const rows = await computeRows({
    ...{ annotator, models, examples, known, ...by },
    microBatchTokens: settings.microBatchTokens,
    vocabularyRows: settings.vocabularyRows,
    store: async (fresh) => store?.append(fresh),
    onProgress: (done) => onEvent?.({ type: "annotate", annotator: annotator.name, done, total }),
  });
  if (!by.signal?.aborted) await store?.merge(rows);
  const keys = examples.map(exampleKey);
  const before = keys.filter((key) => known.has(key)).length;
  const counts = { known: before, computed: keys.filter((key) => rows.has(key)).length - before };
  const annotated = examples.map((example) => addColumns(example, rows) ?? example);
  const columns = annotator.columns.map((name): AnnotatedColumn => {
    const place = store ? { folder: store.folder } : {};
    return { name, annotator: annotator.name, ...counts, ...place, ...summaryOf(annotated, name) };
  });
  const shares = sharesOf(
    annotator,
    keys.flatMap((key) => rows.get(key) ?? []),
  );
  return { examples: annotated, columns, shares };
}

function summaryOf(examples: readonly PreferenceExample[], name: string) {
  const arrays = examples.flatMap(({ columns }) => columns?.[name] ?? []);
  let [values, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (const array of arrays)
    for (const value of array) {
      values += 1;
      sum += value;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  return { values, mean: values === 0 ? 0 : sum / values, min: values === 0 ? 0 : min, max: values === 0 ? 0 : max };
}
