/** A prompt and its responses, as text, messages or ids, to token ids. */
import { TokenwiseError } from "@tokenwise/kit";
import type { Candidate } from "../example.ts";
import { type Field, type IdsField, isEmpty, type MessagesField, type TextField } from "../rows/field.ts";
import type { ChatMessage, Tokenizer } from "../tokenizer/tokenizer.ts";
import { renderPrompt, renderResponse } from "./chat-boundary.ts";
import { encodeContinuation } from "./continuation.ts";

const kinds = { text: "text", messages: "chat messages", ids: "token ids" } as const;

export interface TokenizedPrompt {
  readonly ids: Int32Array;
  readonly text: string;
}

const encode = (tokenizer: Tokenizer, text: string) => tokenizer.encode(text, { addSpecialTokens: false });

/** @throws TW_E_TOKEN_OUT_OF_RANGE */
function checkedIds(tokenizer: Tokenizer, { ids }: IdsField): Int32Array {
  const { vocabularySize, folder } = tokenizer;
  const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabularySize));
  if (wrong === undefined) return Int32Array.from(ids);
  throw new TokenwiseError(
    "TW_E_TOKEN_OUT_OF_RANGE",
    `token id ${wrong} is not in 0…${vocabularySize - 1} of ${folder}`,
  );
}

/** BOS goes before text where the tokenizer's post-processor puts it, unless the text brings it along. */
function encodePromptText(tokenizer: Tokenizer, text: string): Int32Array {
  const ids = encode(tokenizer, text);
  const { bosId } = tokenizer;
  const puts = bosId !== undefined && tokenizer.encode("")[0] === bosId;
  return puts && ids[0] !== bosId ? Int32Array.of(bosId, ...ids) : ids;
}

/** @throws TW_E_EMPTY_PROMPT  where it has no tokens. */
export function tokenizePrompt(tokenizer: Tokenizer, field: Field): TokenizedPrompt {
  const ids = field.kind === "ids" ? checkedIds(tokenizer, field) : undefined;
  const text =
    field.kind === "messages"
      ? renderPrompt(tokenizer, field.messages)
      : field.kind === "text"
        ? field.text
        : undefined;
  const prompt = {
    ids: ids ?? (field.kind === "text" ? encodePromptText(tokenizer, field.text) : encode(tokenizer, text ?? "")),
    text: text ?? tokenizer.decode(ids ?? []),
  };
  if (prompt.ids.length > 0) return prompt;
  throw new TokenwiseError("TW_E_EMPTY_PROMPT", "the prompt has no tokens");
}

const concatenated = (...parts: readonly (Int32Array | readonly number[])[]): Int32Array =>
  Int32Array.from(parts.flatMap((part) => Array.from(part)));

const emptyResponse = (what: string) => new TokenwiseError("TW_E_EMPTY_RESPONSE", `${what} is empty`);

/** Text is followed by the end token, once. */
export function tokenizeText(
  tokenizer: Tokenizer,
  what: string,
  { text }: TextField,
  endId: number | undefined,
): Candidate {
  const encoded = encodeContinuation(tokenizer, text);
  const ids = endId !== undefined && encoded.at(-1) === endId ? encoded.subarray(0, -1) : encoded;
  if (text.trim() === "" || ids.length === 0) throw emptyResponse(what);
  return { ids: concatenated(ids, endId === undefined ? [] : [endId]), content: ids.length };
}

/** A response is one message of the assistant, because every token of it is trained on. @throws TW_E_RESPONSE_MESSAGES */
function assistantMessage(what: string, messages: readonly ChatMessage[]): ChatMessage {
  const [message] = messages;
  if (message === undefined) throw emptyResponse(what);
  if (messages.length === 1 && message.role === "assistant") {
    if (message.content.trim() === "") throw emptyResponse(what);
    return message;
  }
  const roles = messages.map(({ role }) => role.slice(0, 20)).slice(0, 6);
  throw new TokenwiseError(
    "TW_E_RESPONSE_MESSAGES",
    `${what} is not one message by "assistant" but ${messages.length}: ${roles.join(", ")}`,
    {
      hint: "move earlier turns into the prompt",
    },
  );
}

/** A message ends as the template ends them; the end token follows only where the template writes no special token. */
export function tokenizeMessages(
  tokenizer: Tokenizer,
  what: string,
  prompt: MessagesField,
  promptText: string,
  response: MessagesField,
  endId: number | undefined,
): Candidate {
  const message = assistantMessage(what, response.messages);
  const { content, tail } = renderResponse(tokenizer, prompt.messages, promptText, message);
  const ids = encodeContinuation(tokenizer, content);
  if (content.trim() === "" || ids.length === 0) throw emptyResponse(what);
  const tailIds = tail === "" ? new Int32Array(0) : encodeContinuation(tokenizer, tail);
  const ends = endId === undefined || tailIds.some((id) => tokenizer.specialIds.has(id));
  return { ids: concatenated(ids, tailIds, ends ? [] : [endId]), content: ids.length };
}

/** Ids stay as they are; the special tokens at their end are not content. */
export function tokenizeIds(tokenizer: Tokenizer, what: string, field: IdsField): Candidate {
  const ids = checkedIds(tokenizer, field);
  const content = ids.findLastIndex((id) => !tokenizer.specialIds.has(id)) + 1;
  if (content === 0) throw emptyResponse(what);
  return { ids, content };
}

export type TokenizeResponse = (what: string, response: Field) => Candidate;

/** The prompt's tokens, and a function that tokenizes its responses. All must be of one kind. */
export function tokenizeFields(
  tokenizer: Tokenizer,
  prompt: Field,
  endId: number | undefined,
): { readonly prompt: TokenizedPrompt; readonly respond: TokenizeResponse } {
  if (isEmpty(prompt)) throw new TokenwiseError("TW_E_EMPTY_PROMPT", "the prompt is empty");
  const tokenized = tokenizePrompt(tokenizer, prompt);
  const respond: TokenizeResponse = (what, response) => {
    if (response.kind === "text" && prompt.kind === "text") return tokenizeText(tokenizer, what, response, endId);
    if (response.kind === "ids" && prompt.kind === "ids") return tokenizeIds(tokenizer, what, response);
    if (response.kind === "messages" && prompt.kind === "messages") {
      return tokenizeMessages(tokenizer, what, prompt, tokenized.text, response, endId);
    }
    throw new TokenwiseError(
      "TW_E_ROW_TYPE",
      `${what} is ${kinds[response.kind]}, but the prompt is ${kinds[prompt.kind]}`,
      {
        hint: "give both as text, both as chat messages, or both as token ids",
      },
    );
  };
  return { prompt: tokenized, respond };
}
