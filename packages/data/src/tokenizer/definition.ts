/** tokenizer.json, checked for what the library takes for granted. */
import { TokenwiseError } from "@tokenwise/kit";
import { isObject, type JsonObject } from "./json-file.ts";

/** Larger than any vocabulary in use; an id beyond it would make an array of that size. */
const maxVocabulary = 2 ** 22;

/** Stands in the place of characters that no token stands for; no vocabulary has it, so that it gets no id and is found. */
const noToken = "\u{F0000}no token";

function checkIds(ids: readonly unknown[], file: string, what: string): void {
  const wrong = ids.find((id) => !(Number.isInteger(id) && (id as number) >= 0 && (id as number) < maxVocabulary));
  if (wrong === undefined) return;
  throw new TokenwiseError(
    "TW_E_TOKENIZER_FILE",
    `${file}: ${what} holds the id ${JSON.stringify(wrong).slice(0, 40)}`,
  );
}

const isToken = (value: unknown): value is JsonObject =>
  isObject(value) && typeof value.content === "string" && value.content !== "";

/** How GPT-2 divides text, in Oniguruma's syntax. */
const byteLevelPattern = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/**
 * The library's own byte-level division takes JavaScript's white space, which has U+FEFF and lacks U+0085; its division by a given
 * pattern takes Unicode's, as Hugging Face does.
 */
function inUnicodeSpace(preTokenizer: unknown): unknown {
  if (!isObject(preTokenizer)) return preTokenizer;
  if (preTokenizer.type === "Sequence" && Array.isArray(preTokenizer.pretokenizers)) {
    return { ...preTokenizer, pretokenizers: preTokenizer.pretokenizers.map(inUnicodeSpace) };
  }
  if (preTokenizer.type !== "ByteLevel") return preTokenizer;
  if (preTokenizer.use_regex === false || preTokenizer.add_prefix_space === true) return preTokenizer;
  const split = { type: "Split", pattern: { Regex: byteLevelPattern }, behavior: "Isolated", invert: false };
  return { type: "Sequence", pretokenizers: [split, { ...preTokenizer, use_regex: false }] };
}

/**
 * The definition as the library may have it. Byte-pair encoding without an unknown token would leave out, without a word,
 * characters that the vocabulary lacks; here they get an unknown token that has no id.
 *
 * @throws TW_E_TOKENIZER_FILE
 */
export function checkedDefinition(json: JsonObject, file: string): JsonObject {
  const { model, added_tokens: added = [] } = json;
  const wrong = (what: string) => new TokenwiseError("TW_E_TOKENIZER_FILE", `${file}: ${what}`);
  if (!isObject(model)) throw wrong('no "model"');
  if (!Array.isArray(added) || !added.every(isToken)) throw wrong('"added_tokens" is not an array of tokens');
  const ids = added.map((token) => token.id);
  checkIds(ids, file, "added_tokens");
  if (isObject(model.vocab)) checkIds(Object.values(model.vocab), file, "model.vocab");
  const silent = model.type === "BPE" && (model.unk_token ?? null) === null;
  const pre_tokenizer = inUnicodeSpace(json.pre_tokenizer);
  return { ...json, added_tokens: added, pre_tokenizer, model: silent ? { ...model, unk_token: noToken } : model };
}
