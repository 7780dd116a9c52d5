/** Examples from whatever was given: a file, rows in memory, or token ids. */
import {
  completionsFrom,
  preferencesFrom,
  promptsFrom,
  readCompletions,
  readPreferences,
  readPrompts,
  type CompletionExample,
  type PreferenceExample,
  type ReadCompletionOptions,
  type ReadOptions,
  type ReadPromptOptions,
  type ReadReport,
  type Tokenizer,
} from "@tokenwise/data";
import type { Method } from "@tokenwise/kit";
import { annotatorsOf, checkRoles } from "../annotate/annotators.ts";
import { withStoredColumns, type AnnotatedWith } from "../annotate/stored-columns.ts";
import type { TrainEvent } from "./events.ts";

/** A JSONL file, rows in memory (`{ prompt, chosen, rejected }`), or examples of token ids. */
export type Dataset = string | readonly PreferenceExample[] | readonly object[];

/** What a row is: a preference among responses, one completion to learn from (a group of one), or a prompt alone. */
export type RowKind = "preferences" | "completions" | "prompts";

/** A source makes the candidates: of the rows it needs the prompts alone. */
export const rowKindOf = ({ source }: Method, rows: RowKind | undefined): RowKind =>
  source ? "prompts" : (rows ?? "preferences");

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
  if (isExamples(data)) return options.rows === "prompts" ? data.map(promptAlone) : data;
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

const promptAlone = ({ source, prompt }: Pick<PreferenceExample, "source" | "prompt">): PreferenceExample => ({
  source,
  prompt,
  candidates: [],
});

async function readRows(
  data: string | readonly object[],
  { tokenizer, rows, read }: LoadOptions,
): Promise<{ readonly examples: readonly PreferenceExample[]; readonly report: ReadReport }> {
  const options = { ...read, tokenizer } as ReadOptions;
  if (rows === "preferences")
    return typeof data === "string" ? readPreferences(data, options) : preferencesFrom(data, options);
  if (rows === "prompts") {
    const prompts = await readPromptRows(data, { ...read, tokenizer });
    return { examples: prompts.examples.map(promptAlone), report: prompts.report };
  }
  const completions = options as ReadCompletionOptions;
  const { examples, report } =
    typeof data === "string" ? await readCompletions(data, completions) : completionsFrom(data, completions);
  return { examples: examples.map(groupOfOne), report };
}

/** What concerns responses alone is of no use here. */
async function readPromptRows(data: string | readonly object[], read: RowOptions & { readonly tokenizer: Tokenizer }) {
  const { tokenizer, maxPromptLength, truncation, onBadRow, limit, columns } = read;
  const { prompt, chosen, rejected, messages } = (columns ?? {}) as NonNullable<ReadPromptOptions["columns"]>;
  const named = { prompt, chosen, rejected, messages };
  const given = { maxPromptLength, truncation, onBadRow, limit };
  const known = (values: object): object =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const options: ReadPromptOptions = { tokenizer, ...known(given), ...(columns && { columns: known(named) }) };
  return typeof data === "string" ? readPrompts(data, options) : promptsFrom(data, options);
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
