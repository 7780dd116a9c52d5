/** Columns that were computed earlier, found beside the data and checked. */
import { stableJson, TokenwiseError, type Annotator, type Json, type Method } from "@tokenwise/kit";
import type { PreferenceExample } from "@tokenwise/data";
import type { LanguageModel } from "../language-model.ts";
import { placeOf } from "../plan/dataset.ts";
import { AnnotationModels, type ModelIdentity } from "./annotation-models.ts";
import { annotatorsOf, hasColumns } from "./annotators.ts";
import { ColumnStore, describe, storedAbouts, type About } from "./column-store.ts";
import { exampleKey } from "./example-key.ts";
import type { AnnotatedRows } from "./annotated-rows.ts";

export interface AnnotatedWith {
  readonly method: Method;
  /** As it is before training. */
  readonly model: () => Promise<LanguageModel> | LanguageModel;
  /** The models of annotators, where they are not that one. */
  readonly models?: Readonly<Record<string, string | LanguageModel>> | undefined;
}

/**
 * Rows of a file with the columns that the method's annotators compute. Columns that the rows have already go first.
 *
 * @throws TW_E_NO_COLUMN       if the file, or a row, was never annotated.
 * @throws TW_E_STALE_COLUMN    if it was with other options, or a row has other tokens now.
 * @throws TW_E_FOREIGN_COLUMN  if it was with other models.
 * @throws TW_E_COLUMN_FILE     if what is stored is damaged.
 */
export async function withStoredColumns(
  examples: readonly PreferenceExample[],
  file: string,
  { method, model, models = {} }: AnnotatedWith,
): Promise<readonly PreferenceExample[]> {
  const missing = annotatorsOf(method).filter((annotator) => !hasColumns(examples, annotator));
  if (missing.length === 0) return examples;
  const opened = new AnnotationModels(await model(), models);
  let annotated = examples;
  for (const annotator of missing) {
    const store = new ColumnStore(file, await aboutOf(annotator, opened));
    const rows = await store.read();
    if (!rows) throw await notAnnotated(annotator, store, examples);
    annotated = annotated.map((example) => addColumns(example, rows) ?? refuseRow(example, annotator, rows));
  }
  return annotated;
}

export async function aboutOf(annotator: Annotator, models: AnnotationModels): Promise<About> {
  const identities: Record<string, ModelIdentity> = {};
  for (const role of annotator.models) identities[role] = await models.identity(role);
  return describe(annotator, identities);
}

/** The example with its columns; undefined where they are not known. Its own go first. */
export function addColumns(example: PreferenceExample, rows: AnnotatedRows): PreferenceExample | undefined {
  const row = rows.get(exampleKey(example));
  return row && { ...example, columns: { ...row.columns, ...example.columns } };
}

const howTo =
  "tokenwise annotate, with the same configuration, computes it; in code: annotate({ model, data, method })";
const quoted = ({ columns }: Annotator): string => columns.map((name) => `"${name}"`).join(", ");

async function notAnnotated(
  annotator: Annotator,
  { data, about }: ColumnStore,
  examples: readonly PreferenceExample[],
): Promise<TokenwiseError> {
  // Its own folder has no rows yet: an annotation that was killed before it stored any.
  const stored = (await storedAbouts(data, annotator.name)).filter((other) => stableJson(other) !== stableJson(about));
  const first = examples[0] ? placeOf(examples[0]) : data;
  const [options, models] = [stableJson(about.options), stableJson(about.models)];
  const otherOptions = stored.find((other) => stableJson(other.models) === models);
  if (otherOptions)
    return new TokenwiseError(
      "TW_E_STALE_COLUMN",
      `${first}: the column ${quoted(annotator)} was computed with other options: ${differences(otherOptions.options, about.options)}`,
      { hint: howTo },
    );
  const foreign = stored.find((other) => stableJson(other.options) === options) ?? stored[0];
  if (foreign)
    return new TokenwiseError(
      "TW_E_FOREIGN_COLUMN",
      `${first}: the column ${quoted(annotator)} was computed with other models: ${otherModels(foreign, about)}`,
      { hint: `${howTo}; or give the models of then` },
    );
  return new TokenwiseError("TW_E_NO_COLUMN", `${data} has no column ${quoted(annotator)}, which the method reads`, {
    hint: howTo,
  });
}

function refuseRow(example: PreferenceExample, annotator: Annotator, rows: AnnotatedRows): never {
  const { line } = example.source;
  if ([...rows.values()].some((row) => row.line === line))
    throw new TokenwiseError(
      "TW_E_STALE_COLUMN",
      `${placeOf(example)}: the row has other tokens than when the column ${quoted(annotator)} was computed`,
      { hint: `the row has changed, or how rows are read (read.maxLength, …); ${howTo}` },
    );
  throw new TokenwiseError(
    "TW_E_NO_COLUMN",
    `${placeOf(example)}: the row has no column ${quoted(annotator)}; ${rows.size} rows have it`,
    { hint: howTo },
  );
}

function differences(then: Json, now: Json): string {
  const [before, after] = [then, now].map((value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? value : { options: value },
  ) as [Readonly<Record<string, Json>>, Readonly<Record<string, Json>>];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => stableJson(before[key] ?? null) !== stableJson(after[key] ?? null))
    .map((key) => `${key} was ${JSON.stringify(before[key] ?? null)}, is ${JSON.stringify(after[key] ?? null)}`)
    .join("; ");
}

function otherModels(then: About, now: About): string {
  return Object.entries(now.models)
    .flatMap(([role, { model, tokenizer }]) => {
      const before = then.models[role];
      if (before?.model !== model) return [`${role} had the digest ${short(before?.model)}, has ${short(model)}`];
      return before.tokenizer === tokenizer ? [] : [`${role} had another tokenizer`];
    })
    .join("; ");
}

const short = (digest: string | undefined): string => (digest === undefined ? "none" : digest.slice(0, 12));
