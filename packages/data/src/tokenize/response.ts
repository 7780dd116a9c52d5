/** Responses, as text, messages or ids, to token ids that go on after their prompt's. */
import { TokenwiseError } from "@tokenwise/kit";
import type { Candidate } from "../example.ts";
import type { Field, IdsField } from "../rows/field.ts";
import type { ChatMessage, Tokenizer } from "../tokenizer/tokenizer.ts";
import { responseRenderer } from "./chat-boundary.ts";
import { concatenated } from "./concatenated.ts";
import { encodeContinuation, type EncodedText } from "./continuation.ts";
import { checkedIds } from "./prompt.ts";

/** Tokens of a response; `what` is how error messages call it. @throws TW_E_EMPTY_RESPONSE, and as its kind does */
export type TokenizeResponse = (what: string, response: Field) => Candidate;

const kinds = { text: "text", messages: "chat messages", ids: "token ids" } as const;

const emptyResponse = (what: string) => new TokenwiseError("TW_E_EMPTY_RESPONSE", `${what} is empty`);

/** Encoded text with the end token after it, once. */
export function endedText(what: string, { text, ids }: EncodedText, endId: number | undefined): Candidate {
  const content = endId !== undefined && ids.at(-1) === endId ? ids.subarray(0, -1) : ids;
  if (text.trim() === "" || content.length === 0) throw emptyResponse(what);
  return { ids: concatenated(content, endId === undefined ? [] : [endId]), content: content.length };
}

/** A response is one message of the assistant, because every token of it is trained on. @throws TW_E_RESPONSE_MESSAGES */
function assistantMessage(what: string, messages: readonly ChatMessage[]): ChatMessage {
  const [message] = messages;
  if (message === undefined) throw emptyResponse(what);
  if (messages.length === 1 && message.role === "assistant") {
    if (message.content.trim() === "") throw emptyResponse(what);
    return message;
  }
  const roles = messages.slice(0, 6).map(({ role }) => role.slice(0, 20));
  const found = `${messages.length}: ${roles.join(", ")}`;
  throw new TokenwiseError("TW_E_RESPONSE_MESSAGES", `${what} is not one message by "assistant" but ${found}`, {
    hint: "move earlier turns into the prompt",
  });
}

/** Messages end as the template ends them; the end token follows only where the template writes no special token. */
function messageTokenizer(
  tokenizer: Tokenizer,
  prompt: readonly ChatMessage[],
  before: EncodedText,
  endId: number | undefined,
): (what: string, messages: readonly ChatMessage[]) => Candidate {
  const render = responseRenderer(tokenizer, prompt, before.text);
  return (what, messages) => {
    const { content, tail } = render(assistantMessage(what, messages));
    const ids = encodeContinuation(tokenizer, content, before);
    if (content.trim() === "" || ids.length === 0) throw emptyResponse(what);
    const tailIds = encodeContinuation(tokenizer, tail);
    const ends = endId === undefined || tailIds.some((id) => tokenizer.specialIds.has(id));
    return { ids: concatenated(ids, tailIds, ends ? [] : [endId]), content: ids.length };
  };
}

/** Ids stay as they are; the special tokens at their end are not content. */
function keepIds(tokenizer: Tokenizer, what: string, field: IdsField): Candidate {
  const ids = checkedIds(tokenizer, field);
  const content = ids.findLastIndex((id) => !tokenizer.specialIds.has(id)) + 1;
  if (content === 0) throw emptyResponse(what);
  return { ids, content };
}

/** Tokenizes the responses to a prompt, which must be of its kind. */
export function responseTokenizer(
  tokenizer: Tokenizer,
  field: Field,
  prompt: EncodedText,
  endId: number | undefined,
): TokenizeResponse {
  const ofMessages = messageTokenizer(tokenizer, field.kind === "messages" ? field.messages : [], prompt, endId);
  return (what, response) => {
    if (response.kind !== field.kind) {
      const found = `${what} is ${kinds[response.kind]}, but the prompt is ${kinds[field.kind]}`;
      throw new TokenwiseError("TW_E_ROW_TYPE", found, {
        hint: "give all as text, all as chat messages, or all as token ids",
      });
    }
    if (response.kind === "ids") return keepIds(tokenizer, what, response);
    if (response.kind === "messages") return ofMessages(what, response.messages);
    const ids = encodeContinuation(tokenizer, response.text, prompt);
    return endedText(what, { text: response.text, ids }, endId);
  };
}
