/** What files hold, in short: a cell of a sweep is another where they have changed. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { TokenwiseError } from "@tokenwise/kit";

export interface Digest {
  readonly name: string;
  readonly sha256: string;
}

/** @throws TW_E_CONFIG  if it cannot be read. */
export async function fileDigest(file: string, where: string): Promise<Digest> {
  return { name: basename(file), sha256: await sha256(file, where) };
}

/** Of the configuration, weights and tokenizer in a model's folder. @throws TW_E_CONFIG  if it cannot be read. */
export async function folderDigest(folder: string, where: string): Promise<Digest> {
  const names = await readdir(folder).catch((cause: unknown) => unreadable(folder, where, cause));
  const hash = createHash("sha256");
  for (const name of names.filter((one) => /\.(json|safetensors|model|txt|jinja)$/.test(one)).sort())
    hash.update(`${name} ${await sha256(join(folder, name), where)}\n`);
  return { name: basename(folder), sha256: hash.digest("hex") };
}

async function sha256(file: string, where: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (cause) {
    return unreadable(file, where, cause);
  }
  return hash.digest("hex");
}

function unreadable(path: string, where: string, cause: unknown): never {
  const why = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (cause as Error).message;
  throw new TokenwiseError("TW_E_CONFIG", `${where}: ${path}: ${why}`, { hint: "correct the path", cause });
}
