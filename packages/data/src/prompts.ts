/** Rows of which only the prompt is read, to sample responses for. */
import type { PromptExample, ReadReport, Source } from "./example.ts";
import { checkOptions, promptColumns, type ReadPromptOptions } from "./options.ts";
import type { Row } from "./read/parse-row.ts";
import { type Built, collectRows, readRows } from "./read/read-rows.ts";
import { conversation } from "./rows/conversation.ts";
import { type Field, requiredField, valueOf } from "./rows/field.ts";
import { tokenizePrompt } from "./tokenize/prompt.ts";
import { truncate } from "./tokenize/truncate.ts";

export interface Prompts {
  readonly examples: readonly PromptExample[];
  readonly report: ReadReport;
}

const keys = ["tokenizer", "maxPromptLength", "truncation", "columns", "onBadRow", "limit"];

/** A conversation that ends with the assistant's answer is asked again. */
function withoutAnswer(field: Field): Field {
  if (field.kind !== "messages" || field.messages.at(-1)?.role !== "assistant") return field;
  return { kind: "messages", messages: field.messages.slice(0, -1) };
}

function promptField(row: Row, columns: NonNullable<ReadPromptOptions["columns"]>): Field {
  const { messages = "messages", chosen = "chosen", prompt = "prompt" } = columns;
  const has = (column: string) => valueOf(row, column) !== undefined;
  if (columns.messages !== undefined || (!has(prompt) && has(messages)))
    return withoutAnswer(requiredField(row, messages));
  return has(chosen) ? conversation(row, columns).prompt : requiredField(row, prompt);
}

function build(row: Row, options: ReadPromptOptions, source: Source): Built<PromptExample> {
  const prompt = tokenizePrompt(options.tokenizer, promptField(row, options.columns ?? {}));
  const fitted = truncate(prompt.ids, [], options);
  const text = fitted.truncated ? options.tokenizer.decode(fitted.prompt) : prompt.text;
  return { example: { source, prompt: fitted.prompt, text }, truncated: fitted.truncated };
}

/**
 * Reads the prompts of a JSONL file, plain or gzip: `prompt`, or `messages` without a last answer, or what `chosen` and `rejected`
 * share. Chat messages end with the assistant's header, ready to be answered.
 *
 * @throws as `readPreferences` does.
 */
export async function readPrompts(file: string, options: ReadPromptOptions): Promise<Prompts> {
  checkOptions("readPrompts", options, keys, promptColumns);
  return readRows(file, options, (row, source) => build(row, options, source));
}

/** Rows in memory, checked as those of a file are; lines count the rows from 1. @throws as `readPrompts` does */
export function promptsFrom(rows: Iterable<unknown>, options: ReadPromptOptions): Prompts {
  checkOptions("promptsFrom", options, keys, promptColumns);
  return collectRows(rows, options, (row, source) => build(row, options, source));
}
