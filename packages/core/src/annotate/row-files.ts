/** Annotated rows in a folder: files that are never changed, each complete or absent, named by what is in them. */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { TokenwiseError } from "@tokenwise/kit";
import type { AnnotatedRow, AnnotatedRows, RowFormat, RowShape } from "./annotated-rows.ts";
import { rowsAsJsonl } from "./rows-as-jsonl.ts";
import { rowsAsParquet } from "./rows-as-parquet.ts";

const formats = { parquet: rowsAsParquet, jsonl: rowsAsJsonl } as const satisfies Readonly<Record<string, RowFormat>>;

export type ColumnFormat = keyof typeof formats;
export const columnFormats = Object.keys(formats) as readonly ColumnFormat[];

const partial = ".partial";
const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
const formatOf = (file: string): ColumnFormat => extname(file).slice(1) as ColumnFormat;

export class RowFiles {
  /** Of this folder, in order: those that were read, then those that were written. */
  #files: string[] = [];
  /** Half written when they were read: by a process that was killed, if they still are at the end. */
  #partial: string[] = [];

  /** @param format  of what is written; undefined: that of what is there, else Parquet. */
  constructor(
    readonly folder: string,
    readonly shape: RowShape,
    readonly format?: ColumnFormat,
  ) {}

  /** @throws TW_E_COLUMN_FILE  if a file is damaged. */
  async read(): Promise<AnnotatedRows> {
    const names = await readdir(this.folder).catch((): string[] => []);
    this.#files = names.filter((name) => /^rows-\d+-\w{16}\.(parquet|jsonl)$/.test(name)).sort();
    this.#partial = names.filter((name) => name.endsWith(partial));
    const rows = new Map<string, AnnotatedRow>();
    for (const name of this.#files) for (const [key, row] of await this.#readFile(name)) rows.set(key, row);
    return rows;
  }

  async #readFile(name: string): Promise<AnnotatedRows> {
    const file = join(this.folder, name);
    const bytes = await readFile(file);
    try {
      if (digestOf(bytes) !== /-(\w{16})\./.exec(name)?.[1])
        throw new Error("it holds something else than it is named by");
      return await formats[formatOf(name)].decode(bytes, this.shape);
    } catch (cause) {
      throw damaged(file, cause);
    }
  }

  /** A file more. */
  async append(rows: AnnotatedRows): Promise<void> {
    const format = this.format ?? (this.#files[0] ? formatOf(this.#files[0]) : "parquet");
    const bytes = await formats[format].encode(rows, this.shape);
    const last = Number(/^rows-(\d+)/.exec(this.#files.at(-1) ?? "")?.[1] ?? 0);
    const name = `rows-${String(last + 1).padStart(6, "0")}-${digestOf(bytes)}.${format}`;
    await mkdir(this.folder, { recursive: true });
    await writeAside(join(this.folder, name), bytes);
    this.#files.push(name);
  }

  /** One file in place of several, or of one in another format; removes what was left half written. @param rows  all of them. */
  async merge(rows: AnnotatedRows): Promise<void> {
    for (const name of this.#partial) await rm(join(this.folder, name), { force: true });
    const others = this.format && this.#files.some((name) => formatOf(name) !== this.format);
    if (this.#files.length < 2 && !others) return;
    const before = [...this.#files];
    await this.append(rows);
    for (const name of before) await rm(join(this.folder, name), { force: true });
    this.#files = this.#files.slice(-1);
  }
}

/** Complete or not at all, whatever ends the process. */
export async function writeAside(file: string, content: Uint8Array | string): Promise<void> {
  const aside = `${file}.${randomUUID().slice(0, 8)}${partial}`;
  await writeFile(aside, content, { flush: true });
  await rename(aside, file);
}

export function damaged(file: string, cause: unknown): TokenwiseError {
  const why = (cause instanceof Error ? cause.message : String(cause)).split("\n  hint: ")[0] ?? "";
  return new TokenwiseError("TW_E_COLUMN_FILE", `${file} is damaged: ${why}`, {
    hint: "remove it and annotate again",
    cause,
  });
}
