/** Runs an annotator over rows, several at a time. */
import {
  checkObject,
  guardAsyncCall,
  TokenwiseError,
  type Annotation,
  type Annotator,
  type Role,
} from "@tokenwise/kit";
import type { Candidate, PreferenceExample } from "@tokenwise/data";
import type { LanguageModel } from "../language-model.ts";
import { placeOf } from "../plan/dataset.ts";
import { streamLength } from "../step/assemble.ts";
import { microBatches } from "../step/micro-batches.ts";
import { waitFor } from "../waiting.ts";
import type { AnnotatedRow, AnnotatedRows } from "./annotated-rows.ts";
import type { AnnotationModels } from "./annotation-models.ts";
import { exampleKey } from "./example-key.ts";
import { RunQueue } from "./run-queue.ts";
import { annotationTools } from "./tools.ts";

export interface ComputeOptions {
  readonly annotator: Annotator;
  readonly models: AnnotationModels;
  readonly examples: readonly PreferenceExample[];
  /** What is known already. */
  readonly known: AnnotatedRows;
  readonly microBatchTokens: number;
  readonly vocabularyRows?: number | undefined;
  /** Stores rows that were computed since it was last called. */
  readonly store: (rows: AnnotatedRows) => Promise<void>;
  /** Seconds from one call of `store` to the next, at least, and at least a fiftieth of the time so far. */
  readonly storeEvery: number;
  readonly signal?: AbortSignal | undefined;
  /** Rows done so far. */
  readonly onProgress: (done: number) => void;
}

/** So that an annotation of any length leaves few files when it is killed, and loses little. */
const shareLost = 1 / 50;

/**
 * The rows of all examples; of fewer, if it is aborted.
 *
 * @throws TW_E_ANNOTATION  if the annotator gives other values than one finite number per response token.
 */
export async function computeRows(options: ComputeOptions): Promise<AnnotatedRows> {
  const { annotator, models, examples, known, store, storeEvery, signal, onProgress, ...limits } = options;
  const rows = new Map(known);
  const missing = new Map(
    examples.map((example) => [exampleKey(example), example]).filter(([key]) => !rows.has(key as string)) as [
      string,
      PreferenceExample,
    ][],
  );
  if (missing.size === 0) return rows;
  const languages = new Map<Role, LanguageModel>();
  const digests = new Map<Role, string>();
  for (const role of annotator.models) {
    languages.set(role, await models.open(role));
    digests.set(role, (await models.identity(role)).model);
  }
  const queue = new RunQueue({
    ...limits,
    models: Object.fromEntries([...languages].map(([role, { model }]) => [role, model])),
  });
  const annotate = async (example: PreferenceExample): Promise<AnnotatedRow> => {
    const tools = annotationTools({ languages, digests, queue, place: placeOf(example) });
    const responses = example.candidates.filter((candidate) => candidate !== null);
    const who = `${placeOf(example)}: annotator "${annotator.name}"`;
    const given: unknown = await waitFor(`annotator "${annotator.name}"`, () =>
      guardAsyncCall(who, () => annotator.annotate({ prompt: example.prompt, responses }, tools)),
    );
    checkObject(who, given, ["columns", "shares"]);
    return rowOf(example, annotator, given as unknown as Annotation);
  };
  const count = (): number => examples.length - missing.size;
  const began = performance.now();
  let stored = began;
  let fresh = new Map<string, AnnotatedRow>();
  const storeFresh = async (): Promise<void> => {
    if (fresh.size > 0) await store(fresh);
    fresh = new Map();
    stored = performance.now();
  };
  onProgress(count());
  try {
    for (const batch of microBatches([...missing.values()], limits.microBatchTokens, streamLength)) {
      if (signal?.aborted) break;
      const done = await Promise.all(batch.map(annotate));
      batch.forEach((example, index) => {
        const key = exampleKey(example);
        rows.set(key, done[index]!);
        fresh.set(key, done[index]!);
        missing.delete(key);
      });
      onProgress(count());
      const now = performance.now();
      if (now - stored >= Math.max(1000 * storeEvery, shareLost * (now - began))) await storeFresh();
    }
  } finally {
    await storeFresh();
  }
  return rows;
}

// Not as type guards: what is declared is the type that is wanted, and may not be what was given.
const isList = (value: unknown): boolean => Array.isArray(value);
const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

function rowOf(example: PreferenceExample, annotator: Annotator, { columns, shares = {} }: Annotation): AnnotatedRow {
  const { candidates, source } = example;
  const refuse = (what: string): never => {
    throw new TokenwiseError("TW_E_ANNOTATION", `${placeOf(example)}: ${annotator.name} gave ${what}`, {
      hint: "an annotator gives, for each of its columns and each response, one finite number per response token, and shares from 0 to 1",
    });
  };
  const wrong = Object.entries(shares).find(
    ([name, share]) => !(name in (annotator.shares ?? {}) && share >= 0 && share <= 1),
  );
  if (wrong) refuse(`the share "${wrong[0]}" ${wrong[1]}: it is not declared, or not from 0 to 1`);
  if (!isObject(columns)) refuse("no columns");
  const unknown = Object.keys(columns).find((name) => !annotator.columns.includes(name));
  if (unknown !== undefined) refuse(`the column "${unknown}", which it does not declare`);
  const checked = annotator.columns.map((name) => {
    const arrays = columns[name] ?? refuse(`no column "${name}"`);
    if (!isList(arrays)) refuse(`no list in "${name}"`);
    const present = candidates.filter((candidate): candidate is Candidate => candidate !== null);
    if (arrays.length !== present.length) refuse(`${arrays.length} responses in "${name}", not ${present.length}`);
    present.forEach(({ ids }, index) => {
      const values = arrays[index]!;
      if (!(values instanceof Float32Array)) refuse(`no Float32Array in "${name}"`);
      if (values.length !== ids.length) refuse(`${values.length} values in "${name}" for ${ids.length} tokens`);
      if (!values.every(Number.isFinite)) refuse(`a value that is not finite in "${name}"`);
    });
    const next = arrays[Symbol.iterator]();
    const all = candidates.map((candidate) => (candidate ? next.next().value! : new Float32Array(0)));
    return [name, all] as const;
  });
  return { line: source.line, columns: Object.fromEntries(checked), shares };
}
