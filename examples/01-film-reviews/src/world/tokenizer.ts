import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { grammar } from "./grammar.ts";

export const specialTokens = { pad: "<pad>", start: "<s>", end: "</s>", unknown: "<unk>" } as const;

/** Token ids are positions in this list: the special tokens, then the words of the grammar. */
export const vocabulary: readonly string[] = [...Object.values(specialTokens), ...grammar.words];

/** Longer than any review of the grammar. */
export const contextLength = 128;

/**
 * The word-level tokenizer in Hugging Face's format. Nothing is added to a text: no start token in front, no end token behind.
 *
 * The WordPiece decoder only serves to put punctuation marks on the word before them; no word is ever cut.
 */
export const tokenizerJson = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: Object.values(specialTokens).map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: null,
  pre_tokenizer: { type: "Split", pattern: { Regex: "\\w+|[^\\w\\s]" }, behavior: "Removed", invert: true },
  post_processor: null,
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    type: "WordLevel",
    vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])),
    unk_token: specialTokens.unknown,
  },
};

export const tokenizerConfig = {
  tokenizer_class: "PreTrainedTokenizerFast",
  bos_token: specialTokens.start,
  eos_token: specialTokens.end,
  pad_token: specialTokens.pad,
  unk_token: specialTokens.unknown,
  clean_up_tokenization_spaces: false,
  model_max_length: contextLength,
};

/** Writes `tokenizer.json` and `tokenizer_config.json`; makes the folder if need be. */
export async function writeTokenizer(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "tokenizer.json"), JSON.stringify(tokenizerJson, null, 1) + "\n");
  await writeFile(join(folder, "tokenizer_config.json"), JSON.stringify(tokenizerConfig, null, 2) + "\n");
}
