/** A Hugging Face tokenizer folder as a `Tokenizer`. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Tokenizer as Library } from "@huggingface/tokenizers";
import { TokenwiseError } from "@tokenwise/kit";
import { chatRenderer, templateSource } from "./chat-template.ts";
import { type JsonObject, parseObject, readObject, readTextFile } from "./json-file.ts";
import { specialTokens } from "./special-tokens.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** @throws TW_E_TOKENIZER_FILE */
function createLibrary(definition: JsonObject, config: JsonObject, file: string): Library {
  try {
    return new Library(definition, config);
  } catch (cause) {
    throw new TokenwiseError("TW_E_TOKENIZER_FILE", `${file}: not a tokenizer: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Loads tokenizer.json, tokenizer_config.json, special_tokens_map.json and chat_template.jinja; only the first must be there.
 *
 * @throws TW_E_TOKENIZER_FILE  a file is missing, unreadable or malformed; the message names it.
 * @throws TW_E_NO_END_TOKEN  the folder names no `eos_token`, or one that the vocabulary lacks.
 * @throws TW_E_TEMPLATE_FAILED  the chat template cannot be parsed.
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const file = join(folder, "tokenizer.json");
  const text = await readTextFile(folder, "tokenizer.json");
  if (text === undefined) {
    throw new TokenwiseError("TW_E_TOKENIZER_FILE", `${file}: no such file`, {
      hint: "name a folder in Hugging Face's layout",
    });
  }
  const config = (await readObject(folder, "tokenizer_config.json")) ?? {};
  const tokens = specialTokens(config, (await readObject(folder, "special_tokens_map.json")) ?? {});
  const jinja = await readTextFile(folder, "chat_template.jinja");
  const template = templateSource(jinja, config, join(folder, "tokenizer_config.json"));
  const library = createLibrary(parseObject(text, file), { ...config, ...tokens }, file);
  const renderer = template === undefined ? undefined : chatRenderer(template, tokens, folder);

  const vocabularySize = 1 + [...library.get_vocab().values()].reduce((largest, id) => Math.max(largest, id), -1);
  const idOf = (token: string | undefined) => (token === undefined ? undefined : library.token_to_id(token));
  const eosId = idOf(tokens.eos_token);
  if (eosId === undefined) {
    throw new TokenwiseError("TW_E_NO_END_TOKEN", `${folder}: no eos_token, or none that ${file} knows`, {
      hint: 'set "eos_token" in tokenizer_config.json',
    });
  }
  const added = [...library.get_added_tokens_decoder()];
  const specialIds = new Set(added.filter(([, token]) => token.special).map(([id]) => id));
  const named = [tokens.bos_token, tokens.eos_token, tokens.pad_token, tokens.unk_token].map(idOf);
  for (const id of named) if (id !== undefined) specialIds.add(id);

  return {
    folder,
    vocabularySize,
    eosId,
    bosId: idOf(tokens.bos_token),
    padId: idOf(tokens.pad_token),
    specialIds,
    hasChatTemplate: renderer !== undefined,
    digest: createHash("sha256")
      .update(text)
      .update("\0")
      .update(template ?? "")
      .digest("hex"),
    encode: (input, { addSpecialTokens = true } = {}) => {
      const { ids, tokens: pieces } = library.encode(input, { add_special_tokens: addSpecialTokens });
      const unknown = ids.findIndex((id) => !Number.isInteger(id));
      if (unknown >= 0) {
        const piece = JSON.stringify(pieces[unknown]?.slice(0, 40));
        throw new TokenwiseError("TW_E_UNENCODABLE_TEXT", `${file}: no token for ${piece}, and no unknown token`);
      }
      return Int32Array.from(ids);
    },
    decode: (ids, { skipSpecialTokens = false } = {}) => {
      const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabularySize));
      if (wrong !== undefined) {
        throw new TokenwiseError(
          "TW_E_TOKEN_OUT_OF_RANGE",
          `token id ${wrong} is not in 0…${vocabularySize - 1} of ${file}`,
        );
      }
      const kept = skipSpecialTokens ? Array.from(ids).filter((id) => !specialIds.has(id)) : Array.from(ids);
      return kept.length === 0 ? "" : library.decode(kept, { clean_up_tokenization_spaces: false });
    },
    renderChat: (messages, options) => {
      if (renderer !== undefined) return renderer(messages, options);
      throw new TokenwiseError("TW_E_NO_CHAT_TEMPLATE", `${folder} has no chat template`, {
        hint: "add chat_template.jinja, or give prompt and responses as text",
      });
    },
  };
}
