/** Columns beside a data file: one folder for each way to compute them, with what they are of and their values. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { stableJson, type Annotator, type Json } from "@tokenwise/kit";
import type { AnnotatedRows } from "./annotated-rows.ts";
import type { ModelIdentity } from "./annotation-models.ts";
import { damaged, RowFiles, writeAside, type ColumnFormat } from "./row-files.ts";

/** What decides a column's values beside the tokens. */
export interface About {
  readonly format: number;
  readonly annotator: string;
  readonly columns: readonly string[];
  readonly shares: readonly string[];
  readonly options: Json;
  readonly models: Readonly<Record<string, ModelIdentity>>;
}

/** Of the folders: those of other releases are left alone. */
const format = 2;

export const describe = (
  { name, columns, shares = {}, fingerprint }: Annotator,
  models: Readonly<Record<string, ModelIdentity>>,
): About => ({ format, annotator: name, columns, shares: Object.keys(shares), options: fingerprint, models });

export class ColumnStore {
  readonly folder: string;
  readonly #files: RowFiles;

  /**
   * @param data    the data file that the columns are of.
   * @param format  of what is written; undefined: that of what is there, else Parquet.
   */
  constructor(
    readonly data: string,
    readonly about: About,
    format?: ColumnFormat,
  ) {
    const key = createHash("sha256").update(stableJson(about)).digest("hex").slice(0, 12);
    this.folder = join(besides(data), `${encodeURIComponent(about.annotator)}-${key}`);
    this.#files = new RowFiles(this.folder, about, format);
  }

  /** The rows that are there; undefined where nothing is. @throws TW_E_COLUMN_FILE  if a file is damaged. */
  async read(): Promise<AnnotatedRows | undefined> {
    const rows = await this.#files.read();
    return rows.size > 0 ? rows : undefined;
  }

  /** Rows more, in a file of their own. */
  async append(rows: AnnotatedRows): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeAside(join(this.folder, "about.json"), `${JSON.stringify(this.about, null, 2)}\n`);
    await this.#files.append(rows);
  }

  /** All rows into one file, once nothing is added. */
  merge(rows: AnnotatedRows): Promise<void> {
    return this.#files.merge(rows);
  }
}

/** What else this annotator has computed for a data file. @throws TW_E_COLUMN_FILE */
export async function storedAbouts(data: string, annotator: string): Promise<readonly About[]> {
  const folders = await readdir(besides(data)).catch((): string[] => []);
  const files = folders.map((folder) => join(besides(data), folder, "about.json"));
  const abouts = (await Promise.all(files.map(readAbout))).filter((about) => about !== undefined);
  return abouts.filter((about) => about.annotator === annotator && about.format === format);
}

async function readAbout(file: string): Promise<About | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as About;
  } catch (cause) {
    throw damaged(file, cause);
  }
}

const besides = (data: string): string => `${data}.columns`;
