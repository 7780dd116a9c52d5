import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { concatenated } from "./concatenated.ts";
import { encodePlain } from "./continuation.ts";
import { beginsTexts } from "./prompt.ts";

/**
 * A prompt's tokens with a text before them: after BOS, where the tokenizer begins texts with it and the prompt does.
 *
 * @throws TW_E_UNENCODABLE_TEXT
 */
export function prependText(tokenizer: Tokenizer, text: string, prompt: Int32Array): Int32Array {
  if (text === "") return prompt;
  const start = beginsTexts(tokenizer) && prompt[0] === tokenizer.bosId ? 1 : 0;
  return concatenated(prompt.subarray(0, start), encodePlain(tokenizer, text), prompt.subarray(start));
}
