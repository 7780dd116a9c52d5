/** Prompts, as text, messages or ids, to token ids. */
import { TokenwiseError } from "@tokenwise/kit";
import { type Field, type IdsField, isEmpty } from "../rows/field.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { renderPrompt } from "./chat-boundary.ts";
import { concatenated } from "./concatenated.ts";
import { type EncodedText, encodePlain } from "./continuation.ts";

/** @throws TW_E_TOKEN_OUT_OF_RANGE */
export function checkedIds({ vocabularySize, folder }: Tokenizer, { ids }: IdsField): Int32Array {
  const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabularySize));
  if (wrong === undefined) return Int32Array.from(ids);
  const range = `0…${vocabularySize - 1} of ${folder}`;
  throw new TokenwiseError("TW_E_TOKEN_OUT_OF_RANGE", `token id ${wrong} is not in ${range}`);
}

/** Whether the tokenizer's post-processor puts BOS before texts. */
export const beginsTexts = (tokenizer: Tokenizer): boolean =>
  tokenizer.bosId !== undefined && tokenizer.encode("")[0] === tokenizer.bosId;

/** BOS goes before text where the tokenizer puts it, unless the text brings it along. */
function withStart(tokenizer: Tokenizer, ids: Int32Array): Int32Array {
  const { bosId } = tokenizer;
  return bosId !== undefined && ids[0] !== bosId && beginsTexts(tokenizer) ? concatenated([bosId], ids) : ids;
}

function encodePrompt(tokenizer: Tokenizer, field: Field): EncodedText {
  if (field.kind === "ids") {
    const ids = checkedIds(tokenizer, field);
    return { text: tokenizer.decode(ids), ids };
  }
  const text = field.kind === "text" ? field.text : renderPrompt(tokenizer, field.messages);
  const ids = encodePlain(tokenizer, text);
  return { text, ids: field.kind === "text" ? withStart(tokenizer, ids) : ids };
}

/** @throws TW_E_EMPTY_PROMPT  where it says nothing, or has no tokens. */
export function tokenizePrompt(tokenizer: Tokenizer, field: Field): EncodedText {
  const empty = () => new TokenwiseError("TW_E_EMPTY_PROMPT", "the prompt is empty");
  if (isEmpty(field)) throw empty();
  const prompt = encodePrompt(tokenizer, field);
  if (prompt.ids.length === 0) throw empty();
  return prompt;
}
