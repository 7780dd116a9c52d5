/** The options of the readers, and their check: unknown keys and impossible values are refused before the first row. */
import { TokenwiseError } from "@tokenwise/kit";
import { shown } from "./bad-row.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import type { CollectOptions } from "./read/read-rows.ts";
import type { AnnotationColumns } from "./rows/annotations.ts";
import type { ConversationColumns } from "./rows/conversation.ts";
import type { SupervisedColumns } from "./rows/supervised.ts";
import type { EndToken } from "./tokenize/end-token.ts";
import type { Limits } from "./tokenize/truncate.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";

/** Which columns of the file hold what; each is read under its own name by default. */
export interface PreferenceColumns extends ConversationColumns, AnnotationColumns {}

export type CompletionColumns = SupervisedColumns;

export interface PromptColumns extends ConversationColumns {
  readonly messages?: string | undefined;
}

export interface TokenizeOptions<Columns = PreferenceColumns> extends Limits {
  readonly tokenizer: Tokenizer;
  readonly columns?: Columns | undefined;
  /** Ends responses given as text, and messages whose template writes no special token after them. Default: the tokenizer's EOS. */
  readonly endToken?: EndToken | undefined;
  /** Exchanges the two responses of every pair, with their rewards and values: what was chosen is rejected. Of preferences alone. */
  readonly swap?: boolean | undefined;
}

export interface ReadOptions<Columns = PreferenceColumns> extends TokenizeOptions<Columns>, CollectOptions {}

export type ReadCompletionOptions = Omit<ReadOptions<CompletionColumns>, "swap">;
export type ReadPromptOptions = Omit<ReadOptions<PromptColumns>, "maxLength" | "endToken" | "swap">;

export const preferenceColumns = [
  "prompt",
  "chosen",
  "rejected",
  "candidates",
  "rewards",
  "chosenReward",
  "rejectedReward",
  "values",
];
export const completionColumns = ["prompt", "completion", "messages", "text"];
export const promptColumns = ["prompt", "chosen", "rejected", "candidates", "messages"];

const tokenizeKeys = ["tokenizer", "maxLength", "maxPromptLength", "truncation", "columns", "endToken"];
export const readKeys = [...tokenizeKeys, "onBadRow", "limit"];
export const preferenceKeys = [...readKeys, "swap"];

function wrong(key: string, value: unknown, wanted: string): TokenwiseError {
  return new TokenwiseError("TW_E_OPTION_VALUE", `${key} is ${shown(value)}, where ${wanted} should stand`);
}

function wholeNumber(key: string, value: unknown, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= least)) return;
  throw wrong(key, value, `a whole number of at least ${least}`);
}

function oneOf(key: string, value: unknown, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value as string)) throw wrong(key, value, allowed.join(" or "));
}

const isPairOfNames = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((name) => typeof name === "string");

function checkColumns(columns: unknown, known: readonly string[]): void {
  if (typeof columns !== "object" || columns === null) throw wrong("columns", columns, "an object of column names");
  refuseUnknown(columns, known, "columns");
  const { values, ...names } = columns as Readonly<Record<string, unknown>>;
  for (const [key, name] of Object.entries(names)) {
    if (name !== undefined && typeof name !== "string") throw wrong(`columns.${key}`, name, "the name of a column");
  }
  if (values === undefined) return;
  if (typeof values !== "object" || values === null || Array.isArray(values))
    throw wrong("columns.values", values, "an object of column names");
  for (const [key, name] of Object.entries(values)) {
    if (typeof name !== "string" && !isPairOfNames(name))
      throw wrong(`columns.values.${key}`, name, "one or two column names");
  }
}

/** @throws TW_E_UNKNOWN_OPTION, TW_E_OPTION_VALUE */
export function checkOptions(
  where: string,
  options: ReadOptions<object> | ReadCompletionOptions | ReadPromptOptions,
  keys: readonly string[],
  columns: readonly string[],
): void {
  refuseUnknown(options, keys, where);
  const { columns: mapping = {}, onBadRow, limit, truncation, maxPromptLength } = options;
  const { maxLength, endToken, swap } = options as ReadOptions<object>;
  const { tokenizer } = options as { tokenizer?: unknown };
  if (typeof tokenizer !== "object" || tokenizer === null) throw wrong("tokenizer", tokenizer, "a tokenizer");
  checkColumns(mapping, columns);
  wholeNumber("maxLength", maxLength, 2);
  wholeNumber("maxPromptLength", maxPromptLength, 1);
  wholeNumber("limit", limit, 1);
  oneOf("onBadRow", onBadRow, ["strict", "skip"]);
  oneOf("truncation", truncation, ["keep-start", "keep-end"]);
  if (swap !== undefined && typeof swap !== "boolean") throw wrong("swap", swap, "true or false");
  if (endToken !== undefined && endToken !== false && typeof endToken !== "string")
    throw wrong("endToken", endToken, "a token or false");
}
