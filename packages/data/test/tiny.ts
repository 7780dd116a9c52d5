/** What the tests of this package share: the tiny tokenizer, variants of it, and temporary files. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ErrorCode, TokenwiseError } from "@tokenwise/kit";
import { onTestFinished } from "vitest";
import { loadTokenizer } from "../src/tokenizer/load-tokenizer.ts";
import type { Tokenizer } from "../src/tokenizer/tokenizer.ts";

export const tinyFolder = fileURLToPath(new URL("tiny-tokenizer", import.meta.url));

export const tinyTokenizer = (): Promise<Tokenizer> => loadTokenizer(tinyFolder);

/** A folder that goes away with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tokenwise-data-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A file in a temporary folder. */
export async function temporaryFile(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(await temporaryFolder(), name);
  await writeFile(file, content);
  return file;
}

export const jsonLines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

export type Json = Record<string, unknown>;

/** The tiny tokenizer with changes to its files; undefined leaves a file out. */
export async function variantFolder(files: Readonly<Record<string, string | Json | undefined>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const name of ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"]) {
    if (!(name in files)) await writeFile(join(folder, name), await readFile(join(tinyFolder, name)));
  }
  for (const [name, content] of Object.entries(files)) {
    if (content !== undefined)
      await writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

export const variant = async (files: Readonly<Record<string, string | Json | undefined>>): Promise<Tokenizer> =>
  loadTokenizer(await variantFolder(files));

/** The parsed tokenizer.json of the tiny tokenizer. */
export const tinyDefinition = async (): Promise<Json & { model: Json; added_tokens: Json[] }> =>
  JSON.parse(await readFile(join(tinyFolder, "tokenizer.json"), "utf8")) as Json & {
    model: Json;
    added_tokens: Json[];
  };

/** The code of the error that `run` ends with, undefined where it ends well; an error without a code is thrown on. */
export async function codeOf(run: () => unknown): Promise<ErrorCode | undefined> {
  try {
    await run();
  } catch (error) {
    if (TokenwiseError.is(error)) return error.code;
    throw error;
  }
  return undefined;
}
