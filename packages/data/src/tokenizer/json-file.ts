/** JSON files of a tokenizer's folder: bounded, and named in every error. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { TokenwiseError } from "@tokenwise/kit";
import { isTooDeep, maxDepth } from "../nesting.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** The largest tokenizer files in use are some 35 MB. */
const maxBytes = 64 * 2 ** 20;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The text of a file, or undefined where there is none. @throws TW_E_TOKENIZER_FILE */
export async function readTextFile(folder: string, name: string): Promise<string | undefined> {
  const file = join(folder, name);
  try {
    const { size } = await stat(file);
    if (size > maxBytes)
      throw new TokenwiseError("TW_E_TOKENIZER_FILE", `${file}: ${size} bytes, more than ${maxBytes}`);
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    if (TokenwiseError.is(cause)) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new TokenwiseError("TW_E_TOKENIZER_FILE", `${file}: cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** The object in a text that came from a file. @throws TW_E_TOKENIZER_FILE */
export function parseObject(text: string, file: string): JsonObject {
  if (isTooDeep(Buffer.from(text))) {
    throw new TokenwiseError("TW_E_TOKENIZER_FILE", `${file}: nested more than ${maxDepth} deep`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TokenwiseError("TW_E_TOKENIZER_FILE", `${file}: not JSON: ${(cause as Error).message}`, { cause });
  }
  if (!isObject(value)) throw new TokenwiseError("TW_E_TOKENIZER_FILE", `${file}: holds no JSON object`);
  return value;
}

export async function readObject(folder: string, name: string): Promise<JsonObject | undefined> {
  const text = await readTextFile(folder, name);
  return text === undefined ? undefined : parseObject(text, join(folder, name));
}
