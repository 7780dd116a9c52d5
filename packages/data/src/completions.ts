/** Supervised rows: one response each, the only part that is trained on. */
import { TokenwiseError } from "@tokenwise/kit";
import type { Candidate, CompletionExample, ReadReport, Source } from "./example.ts";
import { checkOptions, completionColumns, type ReadCompletionOptions, readKeys } from "./options.ts";
import type { Row } from "./read/parse-row.ts";
import { type Built, collectRows, readRows } from "./read/read-rows.ts";
import { supervised, type Supervised } from "./rows/supervised.ts";
import { encodePlain } from "./tokenize/continuation.ts";
import { endTokenId } from "./tokenize/end-token.ts";
import { tokenizePrompt } from "./tokenize/prompt.ts";
import { endedText, responseTokenizer } from "./tokenize/response.ts";
import { truncate } from "./tokenize/truncate.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";

export interface Completions {
  readonly examples: readonly CompletionExample[];
  readonly report: ReadReport;
}

interface Tokens {
  readonly prompt: Int32Array;
  readonly response: Candidate;
}

/** Text alone follows BOS, which it may bring along. @throws TW_E_NO_START_TOKEN */
function tokenizeAlone(tokenizer: Tokenizer, what: string, text: string, endId: number | undefined): Tokens {
  const { bosId, folder } = tokenizer;
  if (bosId === undefined) {
    throw new TokenwiseError(
      "TW_E_NO_START_TOKEN",
      `text alone needs a token to start from; ${folder} names no bos_token`,
      {
        hint: 'give prompt and completion, or set "bos_token" in tokenizer_config.json',
      },
    );
  }
  const encoded = encodePlain(tokenizer, text);
  const ids = encoded[0] === bosId ? encoded.subarray(1) : encoded;
  return { prompt: Int32Array.of(bosId), response: endedText(what, { text, ids }, endId) };
}

function tokenize(tokenizer: Tokenizer, row: Supervised, endId: number | undefined): Tokens {
  if (row.kind === "text") return tokenizeAlone(tokenizer, row.what, row.text, endId);
  const prompt = tokenizePrompt(tokenizer, row.prompt);
  const response = responseTokenizer(tokenizer, row.prompt, prompt, endId)(row.what, row.completion);
  return { prompt: prompt.ids, response };
}

function build(
  row: Row,
  options: ReadCompletionOptions,
  endId: number | undefined,
  source: Source,
): Built<CompletionExample> {
  const whole = tokenize(options.tokenizer, supervised(row, options.columns ?? {}), endId);
  const { prompt, candidates, truncated } = truncate(whole.prompt, [whole.response], options);
  const [response = whole.response] = candidates;
  return { example: { source, prompt, response }, truncated };
}

/** Rows in memory, checked as those of a file are; lines count the rows from 1. @throws as `readPreferences` does */
export function completionsFrom(rows: Iterable<unknown>, options: ReadCompletionOptions): Completions {
  checkOptions("completionsFrom", options, readKeys, completionColumns);
  const endId = endTokenId(options.tokenizer, options.endToken);
  return collectRows(rows, options, (row, source) => build(row, options, endId, source));
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
