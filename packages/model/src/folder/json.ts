import { readFile, stat } from "node:fs/promises";
import { TokenwiseError, type ErrorCode } from "@tokenwise/kit";

/** More than any configuration or index needs. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Parsed content of a JSON file, or an error with the given code that names it. */
export async function readJson(path: string, code: ErrorCode): Promise<unknown> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new Error(`${size} bytes are more than ${MAX_BYTES}`);
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new TokenwiseError(code, `${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;
