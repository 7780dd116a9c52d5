/** Preference rows: pairs and groups. */
import { TokenwiseError } from "@tokenwise/kit";
import type { Candidate, PreferenceExample, ReadReport, Source } from "./example.ts";
import { checkOptions, preferenceColumns, preferenceKeys, type ReadOptions, type TokenizeOptions } from "./options.ts";
import { asRow, type Row } from "./read/parse-row.ts";
import { type Built, collectRows, inMemory, readRows } from "./read/read-rows.ts";
import { readRewards, readValues } from "./rows/annotations.ts";
import { conversation } from "./rows/conversation.ts";
import { endTokenId } from "./tokenize/end-token.ts";
import { tokenizePrompt } from "./tokenize/prompt.ts";
import { responseTokenizer } from "./tokenize/response.ts";
import { truncate } from "./tokenize/truncate.ts";

export interface Preferences {
  readonly examples: readonly PreferenceExample[];
  readonly report: ReadReport;
}

type Candidates = readonly (Candidate | null)[];

/** Responses that are all the same say nothing about preference. @throws TW_E_SAME_RESPONSES */
function refuseSame(candidates: Candidates, when: string): void {
  const [first, ...others] = candidates.filter((candidate) => candidate !== null);
  const same = others.every(
    ({ ids }) => ids.length === first?.ids.length && ids.every((id, index) => id === first.ids[index]),
  );
  if (same) throw new TokenwiseError("TW_E_SAME_RESPONSES", `the responses are the same${when}`);
}

/** Per-token values shortened as their response was; a single value stands for the whole response. */
function shortenValues(values: Float32Array, before: Candidate | null, after: Candidate | null): Float32Array {
  if (before === null || after === null || values.length === 1) return values;
  return values.slice(0, values.length === before.ids.length ? after.ids.length : after.content);
}

function build(
  row: Row,
  options: TokenizeOptions,
  endId: number | undefined,
  source: Source,
): Built<PreferenceExample> {
  const { columns = {} } = options;
  const { prompt, responses } = conversation(row, columns);
  const encoded = tokenizePrompt(options.tokenizer, prompt);
  const tokenize = responseTokenizer(options.tokenizer, prompt, encoded, endId);
  const whole = responses.map((response) => (response === null ? null : tokenize(response.what, response.field)));
  refuseSame(whole, "");
  const rewards = readRewards(row, columns, whole);
  const values = readValues(row, columns, whole);
  const fitted = truncate(encoded.ids, whole, options);
  if (fitted.truncated) refuseSame(fitted.candidates, " once truncated");
  const shortened = Object.entries(values ?? {}).map(([name, lists]) => {
    return [
      name,
      lists.map((list, index) => shortenValues(list, whole[index] ?? null, fitted.candidates[index] ?? null)),
    ] as const;
  });
  const example: PreferenceExample = {
    source,
    prompt: fitted.prompt,
    candidates: fitted.candidates,
    ...(rewards !== undefined && { rewards }),
    ...(values !== undefined && { columns: Object.fromEntries(shortened) }),
  };
  return { example: options.swap ? swapped(example) : example, truncated: fitted.truncated };
}

/** @throws TW_E_ROW_TYPE  for a row that is not a pair. */
function swapped(example: PreferenceExample): PreferenceExample {
  const { candidates, rewards, columns } = example;
  if (candidates.length !== 2)
    throw new TokenwiseError(
      "TW_E_ROW_TYPE",
      `swap exchanges the responses of pairs, this row has ${candidates.length}`,
    );
  const values = Object.entries(columns ?? {}).map(([name, lists]) => [name, lists.toReversed()] as const);
  return {
    ...example,
    candidates: candidates.toReversed(),
    ...(rewards && { rewards: rewards.toReversed() }),
    ...(columns && { columns: Object.fromEntries(values) }),
  };
}

/**
 * One row's tokens: the pure function behind the readers.
 *
 * @param row  `prompt`, `chosen`, `rejected` (or as `columns` names them) as text, chat messages or token ids.
 * @throws the code of the first thing wrong with it; see the package's readme.
 */
export function tokenizePreference(
  row: unknown,
  options: TokenizeOptions,
  source: Source = { file: inMemory, line: 1 },
): PreferenceExample {
  checkOptions("tokenizePreference", options, preferenceKeys, preferenceColumns);
  return build(asRow(row), options, endTokenId(options.tokenizer, options.endToken), source).example;
}

/** Rows in memory, checked as those of a file are; lines count the rows from 1. @throws as `readPreferences` does */
export function preferencesFrom(rows: Iterable<unknown>, options: ReadOptions): Preferences {
  checkOptions("preferencesFrom", options, preferenceKeys, preferenceColumns);
  const endId = endTokenId(options.tokenizer, options.endToken);
  return collectRows(rows, options, (row, source) => build(row, options, endId, source));
}

/**
 * Reads a JSONL file, plain or gzip, of preference pairs or groups.
 *
 * @throws at the first bad row, `file:line: reason` (`onBadRow: "strict"`, the default), or TW_E_NO_ROWS where none is left ("skip").
 */
export async function readPreferences(file: string, options: ReadOptions): Promise<Preferences> {
  checkOptions("readPreferences", options, preferenceKeys, preferenceColumns);
  const endId = endTokenId(options.tokenizer, options.endToken);
  return readRows(file, options, (row, source) => build(row, options, endId, source));
}
