/** Examples from whatever was given: a file, rows in memory, or token ids. */
import {
  completionsFrom,
  preferencesFrom,
  readCompletions,
  readPreferences,
  type CompletionExample,
  type PreferenceExample,
  type ReadCompletionOptions,
  type ReadOptions,
  type ReadReport,
  type Tokenizer,
} from "@tokenwise/data";
import { annotatorsOf, checkRoles } from "../annotate/annotators.ts";
import { withStoredColumns, type AnnotatedWith } from "../annotate/stored-columns.ts";
import type { TrainEvent } from "./events.ts";

/** A JSONL file, rows in memory (`{ prompt, chosen, rejected }`), or examples of token ids. */
export type Dataset = string | readonly PreferenceExample[] | readonly object[];

/** What a row is: a preference among responses, or one completion to learn from (a group of one). */
export type RowKind = "preferences" | "completions";

/** How rows are read. */
export type RowOptions = Omit<ReadOptions, "tokenizer"> | Omit<ReadCompletionOptions, "tokenizer">;

export interface LoadOptions {
  readonly tokenizer: Tokenizer;
  readonly rows: RowKind;
  readonly read: RowOptions;
  readonly emit: (event: TrainEvent) => void;
  /** What the columns beside a file must have been computed with; without it they are not looked for. */
  readonly annotated?: AnnotatedWith;
}

/** @throws the coded errors of the readers, and of `withStoredColumns`. */
export async function loadExamples(data: Dataset, options: LoadOptions): Promise<readonly PreferenceExample[]> {
  const { annotated } = options;
  if (annotated) checkRoles(annotatorsOf(annotated.method), annotated.models ?? {});
  if (isExamples(data)) return data;
  const { examples, report } = await readRows(data, options);
  options.emit({ type: "data", file: typeof data === "string" ? data : "rows in memory", report });
  return typeof data === "string" && annotated ? withStoredColumns(examples, data, annotated) : examples;
}

/** A completion as a group of one candidate. */
export const groupOfOne = ({ source, prompt, response }: CompletionExample): PreferenceExample => ({
  source,
  prompt,
  candidates: [response],
});

async function readRows(
  data: string | readonly object[],
  { tokenizer, rows, read }: LoadOptions,
): Promise<{ readonly examples: readonly PreferenceExample[]; readonly report: ReadReport }> {
  const options = { ...read, tokenizer } as ReadOptions;
  if (rows === "preferences")
    return typeof data === "string" ? readPreferences(data, options) : preferencesFrom(data, options);
  const completions = options as ReadCompletionOptions;
  const { examples, report } =
    typeof data === "string" ? await readCompletions(data, completions) : completionsFrom(data, completions);
  return { examples: examples.map(groupOfOne), report };
}

const isExamples = (data: Dataset): data is readonly PreferenceExample[] =>
  typeof data !== "string" &&
  data.every(
    (row: unknown) =>
      typeof row === "object" &&
      row !== null &&
      "source" in row &&
      "candidates" in row &&
      "prompt" in row &&
      row.prompt instanceof Int32Array,
  );
