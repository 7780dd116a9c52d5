/** `@huggingface/tokenizers`, with coded errors in place of its own and without silent loss. */
import { Tokenizer as Library } from "@huggingface/tokenizers";
import { TokenwiseError } from "@tokenwise/kit";
import { checkedDefinition } from "./definition.ts";
import type { JsonObject } from "./json-file.ts";
import type { SpecialTokens } from "./special-tokens.ts";
import type { Tokenizer } from "./tokenizer.ts";

export type LoadedLibrary = Pick<
  Tokenizer,
  "encode" | "decode" | "vocabularySize" | "specialIds" | "bosId" | "padId"
> & {
  readonly eosId: number | undefined;
};

/**
 * @param config  tokenizer_config.json
 * @param tokens  the special tokens by their role
 * @param file  named in errors
 * @throws TW_E_TOKENIZER_FILE
 */
export function loadLibrary(
  definition: JsonObject,
  config: JsonObject,
  tokens: SpecialTokens,
  file: string,
): LoadedLibrary {
  const guarded = <T>(run: () => T): T => {
    try {
      return run();
    } catch (cause) {
      if (TokenwiseError.is(cause)) throw cause;
      const message = `${file}: the tokenizer failed: ${(cause as Error).message}`;
      throw new TokenwiseError("TW_E_TOKENIZER_FILE", message, { cause });
    }
  };
  const library = guarded(() => new Library(checkedDefinition(definition, file), { ...config, ...tokens }));
  const idOf = (token: string | undefined) => (token === undefined ? undefined : library.token_to_id(token));
  const [bosId, eosId, padId, unkId] = [tokens.bos_token, tokens.eos_token, tokens.pad_token, tokens.unk_token].map(
    idOf,
  );
  const marked = [...library.get_added_tokens_decoder()].filter(([, token]) => token.special).map(([id]) => id);
  const specialIds = new Set([...marked, bosId, eosId, padId, unkId].filter((id) => id !== undefined));

  return {
    vocabularySize: 1 + [...library.get_vocab().values()].reduce((largest, id) => Math.max(largest, id), -1),
    specialIds,
    bosId,
    eosId,
    padId,
    encode: (text, { addSpecialTokens = true } = {}) => {
      const { ids } = guarded(() => library.encode(text, { add_special_tokens: addSpecialTokens }));
      if (ids.every(Number.isInteger)) return Int32Array.from(ids);
      const start = JSON.stringify(text.slice(0, 40));
      throw new TokenwiseError("TW_E_UNENCODABLE_TEXT", `${file} has no token for a part of ${start}`, {
        hint: "give its vocabulary all bytes, or an unknown token",
      });
    },
    decode: (ids, { skipSpecialTokens = false } = {}) => {
      const wrong = ids.find((id) => library.id_to_token(id) === undefined);
      if (wrong !== undefined) {
        throw new TokenwiseError("TW_E_TOKEN_OUT_OF_RANGE", `token id ${wrong} is not in the vocabulary of ${file}`);
      }
      const kept = Array.from(ids).filter((id) => !(skipSpecialTokens && specialIds.has(id)));
      return kept.length === 0 ? "" : guarded(() => library.decode(kept, { clean_up_tokenization_spaces: false }));
    },
  };
}
