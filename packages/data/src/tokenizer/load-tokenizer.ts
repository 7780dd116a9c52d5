/** A Hugging Face tokenizer folder as a `Tokenizer`. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { TokenwiseError } from "@tokenwise/kit";
import { chatRenderer, templateSource } from "./chat-template.ts";
import { parseObject, readObject, readTextFile } from "./json-file.ts";
import { loadLibrary } from "./library.ts";
import { specialTokens } from "./special-tokens.ts";
import type { Tokenizer } from "./tokenizer.ts";

/**
 * Loads tokenizer.json, tokenizer_config.json, special_tokens_map.json and chat_template.jinja; only the first must be there.
 *
 * @throws TW_E_TOKENIZER_FILE  a file is missing, unreadable or malformed; the message names it.
 * @throws TW_E_NO_END_TOKEN  the folder names no `eos_token`, or one that the vocabulary lacks.
 * @throws TW_E_TEMPLATE_FAILED  the chat template cannot be parsed.
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const file = join(folder, "tokenizer.json");
  const configFile = join(folder, "tokenizer_config.json");
  const text = await readTextFile(folder, "tokenizer.json");
  if (text === undefined) {
    throw new TokenwiseError("TW_E_TOKENIZER_FILE", `${file}: no such file`, {
      hint: "name a folder in Hugging Face's layout",
    });
  }
  const config = (await readObject(folder, "tokenizer_config.json")) ?? {};
  const tokens = specialTokens(config, (await readObject(folder, "special_tokens_map.json")) ?? {});
  const template = templateSource(await readTextFile(folder, "chat_template.jinja"), config, configFile);
  const render = template === undefined ? undefined : chatRenderer(template, tokens, folder);
  const { eosId, ...library } = loadLibrary(parseObject(text, file), config, tokens, file);
  if (eosId === undefined) {
    const found = tokens.eos_token === undefined ? "none" : `${JSON.stringify(tokens.eos_token)}, which ${file} lacks`;
    throw new TokenwiseError("TW_E_NO_END_TOKEN", `${folder} should name an eos_token; it names ${found}`, {
      hint: 'set "eos_token" in tokenizer_config.json',
    });
  }
  return {
    ...library,
    folder,
    eosId,
    hasChatTemplate: render !== undefined,
    digest: createHash("sha256")
      .update(text)
      .update("\0")
      .update(template ?? "")
      .digest("hex"),
    renderChat: (messages, options) => {
      if (render !== undefined) return render(messages, options);
      throw new TokenwiseError("TW_E_NO_CHAT_TEMPLATE", `${folder} has no chat template`, {
        hint: "add chat_template.jinja, or give prompt and responses as text",
      });
    },
  };
}
