import { parseField } from "../rows/field.ts";
import type { ChatMessage, Tokenizer } from "../tokenizer/tokenizer.ts";
import { tokenizePrompt } from "./prompt.ts";

/**
 * The tokens of one prompt, as rows with this prompt have them: text after BOS, or chat messages in the template, ready to be
 * answered.
 *
 * @throws TW_E_EMPTY_PROMPT, TW_E_NO_CHAT_TEMPLATE and the other codes of a bad prompt.
 */
export const promptTokens = (tokenizer: Tokenizer, prompt: string | readonly ChatMessage[]): Int32Array =>
  tokenizePrompt(tokenizer, parseField("prompt", prompt)).ids;
