import { copyFile, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { TokenwiseError } from "@tokenwise/kit";
import type { Tokenizer } from "./tokenizer.ts";

const fileNames = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "chat_template.jinja",
  "chat_template.json",
  "tokenizer.model",
  "vocab.json",
  "vocab.txt",
  "merges.txt",
];

/**
 * Copies the tokenizer's files, byte for byte, into a folder (made if it is not there), so that a trained model carries its tokenizer.
 *
 * @throws TW_E_TOKENIZER_FILE  a file cannot be copied.
 */
export async function copyTokenizer(tokenizer: Tokenizer, folder: string): Promise<void> {
  if (resolve(folder) === resolve(tokenizer.folder)) return;
  const failed = (name: string, cause: unknown) => {
    const message = `${join(tokenizer.folder, name)}: cannot be copied to ${folder}: ${(cause as Error).message}`;
    return new TokenwiseError("TW_E_TOKENIZER_FILE", message, { cause });
  };
  for (const name of fileNames) {
    try {
      await mkdir(folder, { recursive: true });
      await copyFile(join(tokenizer.folder, name), join(folder, name));
    } catch (cause) {
      const isOptional = name !== "tokenizer.json";
      if (!(isOptional && (cause as NodeJS.ErrnoException).code === "ENOENT")) throw failed(name, cause);
    }
  }
}
