/** Where the prompt of a conversation ends and the response begins, in rendered text. */
import { TokenwiseError } from "@tokenwise/kit";
import type { ChatMessage, Tokenizer } from "../tokenizer/tokenizer.ts";

export interface RenderedResponse {
  /** The rendered response up to the end of the message's text. */
  readonly content: string;
  /** What the template writes after it: end-of-turn tokens, a line break. */
  readonly tail: string;
}

/** Stands for a message's text, to find what the template writes after it; no template changes or trims it. */
const placeholder = "\u{F0000}tokenwise\u{F0000}";

const boundaryError = (folder: string, problem: string) =>
  new TokenwiseError("TW_E_TEMPLATE_BOUNDARY", `the chat template of ${folder} ${problem}`, {
    hint: "use a template whose conversation starts with its prompt as rendered with the generation prompt",
  });

/** The prompt as the model sees it before it answers. @throws TW_E_TEMPLATE_FAILED, TW_E_NO_CHAT_TEMPLATE */
export const renderPrompt = (tokenizer: Tokenizer, prompt: readonly ChatMessage[]): string =>
  tokenizer.renderChat(prompt, { addGenerationPrompt: true });

/**
 * Renders responses as the template continues `promptText`, the rendered `prompt`.
 *
 * @throws TW_E_TEMPLATE_BOUNDARY  where the rendered conversation does not start with the rendered prompt, or does not end the same
 *   way whatever the response says.
 */
export function responseRenderer(
  tokenizer: Tokenizer,
  prompt: readonly ChatMessage[],
  promptText: string,
): (response: ChatMessage) => RenderedResponse {
  const render = (message: ChatMessage) => {
    const text = tokenizer.renderChat([...prompt, message]);
    if (text.startsWith(promptText)) return text.slice(promptText.length);
    throw boundaryError(tokenizer.folder, "renders the conversation differently from its prompt alone");
  };
  let known: string | undefined;
  const tailOf = (message: ChatMessage) => {
    const marked = render({ ...message, content: placeholder });
    const at = marked.lastIndexOf(placeholder);
    return at < 0 ? undefined : marked.slice(at + placeholder.length);
  };
  return (response) => {
    const text = render(response);
    const tail = (known ??= tailOf(response));
    if (tail === undefined || !text.endsWith(tail)) {
      throw boundaryError(tokenizer.folder, "does not end a response the same way whatever it says");
    }
    return { content: text.slice(0, text.length - tail.length), tail };
  };
}
