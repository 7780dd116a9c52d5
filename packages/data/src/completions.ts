/** Supervised rows: one response each, the only part that is trained on. */
import { TokenwiseError } from "@tokenwise/kit";
import type { CompletionExample, ReadReport, Source } from "./example.ts";
import {
  checkOptions,
  type CompletionColumns,
  completionColumns,
  type ReadCompletionOptions,
  readKeys,
} from "./options.ts";
import type { Row } from "./read/parse-row.ts";
import { type Built, readRows } from "./read/read-rows.ts";
import { type Field, parseField, requiredField, valueOf } from "./rows/field.ts";
import { endTokenId } from "./tokenize/end-token.ts";
import { tokenizeFields, tokenizeText } from "./tokenize/tokenize-fields.ts";
import { truncate } from "./tokenize/truncate.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";

export interface Completions {
  readonly examples: readonly CompletionExample[];
  readonly report: ReadReport;
}

interface Parts {
  /** Undefined where the text stands alone. */
  readonly prompt: Field | undefined;
  readonly completion: Field;
  readonly what: string;
}

/** All but the last message is the prompt; the last must be the assistant's, which `tokenizeFields` checks. */
function conversationParts(field: Field, what: string): Parts {
  if (field.kind !== "messages") throw new TokenwiseError("TW_E_ROW_TYPE", `${what} is not an array of chat messages`);
  const { messages } = field;
  const part = (from: number, to?: number): Field => ({ kind: "messages", messages: messages.slice(from, to) });
  return { prompt: part(0, -1), completion: part(-1), what: `the last message of ${what}` };
}

/** `prompt` with `completion` goes before `messages`, that before `text`; a whole conversation may stand as `completion`. */
function parts(row: Row, columns: CompletionColumns): Parts {
  const { prompt = "prompt", completion = "completion", messages = "messages", text = "text" } = columns;
  const has = (column: string) => valueOf(row, column) !== undefined;
  if (columns.completion !== undefined || has(completion)) {
    const what = `"${completion}"`;
    const field = requiredField(row, completion);
    const alone = columns.prompt === undefined && !has(prompt) && field.kind === "messages";
    return alone ? conversationParts(field, what) : { prompt: requiredField(row, prompt), completion: field, what };
  }
  if (columns.messages !== undefined || has(messages))
    return conversationParts(requiredField(row, messages), `"${messages}"`);
  if (columns.text === undefined && !has(text)) {
    const hint = "give prompt and completion, messages, or text; or name the file's columns by the option `columns`";
    throw new TokenwiseError("TW_E_ROW_FIELD", `none of "${completion}", "${messages}", "${text}"`, { hint });
  }
  const what = `"${text}"`;
  const field = parseField(what, valueOf(row, text));
  if (field.kind === "text") return { prompt: undefined, completion: field, what };
  throw new TokenwiseError("TW_E_ROW_TYPE", `${what} is not text`);
}

/** Text alone follows BOS. @throws TW_E_NO_START_TOKEN */
function startTokens({ bosId, folder }: Tokenizer): Int32Array {
  if (bosId !== undefined) return Int32Array.of(bosId);
  throw new TokenwiseError(
    "TW_E_NO_START_TOKEN",
    `text alone needs a token to start from, and ${folder} names no bos_token`,
    {
      hint: 'give prompt and completion, or set "bos_token" in tokenizer_config.json',
    },
  );
}

function build(
  row: Row,
  options: ReadCompletionOptions,
  endId: number | undefined,
  source: Source,
): Built<CompletionExample> {
  const { tokenizer, columns = {} } = options;
  const { prompt, completion, what } = parts(row, columns);
  const tokens = () => {
    if (prompt !== undefined) {
      const fields = tokenizeFields(tokenizer, prompt, endId);
      return { prompt: fields.prompt.ids, response: fields.respond(what, completion) };
    }
    const start = startTokens(tokenizer);
    if (completion.kind !== "text") throw new TokenwiseError("TW_E_ROW_TYPE", `${what} is not text`);
    return { prompt: start, response: tokenizeText(tokenizer, what, completion, endId) };
  };
  const whole = tokens();
  const fitted = truncate(whole.prompt, [whole.response], options);
  const [response = whole.response] = fitted.candidates;
  return { example: { source, prompt: fitted.prompt, response }, truncated: fitted.truncated };
}

/**
 * Reads a JSONL file, plain or gzip, for supervised training on completions: `prompt` and `completion` (text, messages or token
 * ids), or `messages` (the last, the assistant's, is the completion), or `text` (after BOS). Preference rows serve with the mapping
 * `{ completion: "chosen" }`.
 *
 * @throws as `readPreferences` does.
 */
export async function readCompletions(file: string, options: ReadCompletionOptions): Promise<Completions> {
  checkOptions("readCompletions", options, readKeys, completionColumns);
  const endId = endTokenId(options.tokenizer, options.endToken);
  return readRows(file, options, (row, source) => build(row, options, endId, source));
}
