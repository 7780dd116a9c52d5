/** Columns beside a data file: one folder for each way to compute them, with what they are of and their values. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stableJson, TokenwiseError, type Annotator, type Json } from "@tokenwise/kit";
import { openSafetensors, writeSafetensors } from "@tokenwise/model";
import type { ModelIdentity } from "./annotation-models.ts";
import { packRows, unpackRows, type AnnotatedRows } from "./pack-rows.ts";

/** What decides a column's values beside the tokens. */
export interface About {
  readonly format: 1;
  readonly annotator: string;
  readonly columns: readonly string[];
  readonly options: Json;
  readonly models: Readonly<Record<string, ModelIdentity>>;
}

export const describe = (
  { name, columns, fingerprint }: Annotator,
  models: Readonly<Record<string, ModelIdentity>>,
): About => ({ format: 1, annotator: name, columns, options: fingerprint, models });

export class ColumnStore {
  readonly folder: string;
  readonly #values: string;

  /** @param data  the data file that the columns are of. */
  constructor(
    readonly data: string,
    readonly about: About,
  ) {
    const key = createHash("sha256").update(stableJson(about)).digest("hex").slice(0, 12);
    this.folder = join(besides(data), `${encodeURIComponent(about.annotator)}-${key}`);
    this.#values = join(this.folder, "values.safetensors");
  }

  /** The rows that are there; undefined where nothing is. @throws TW_E_COLUMN_FILE  if the file is damaged. */
  async read(): Promise<AnnotatedRows | undefined> {
    if (!(await exists(this.#values))) return undefined;
    try {
      const opened = await openSafetensors(this.#values);
      try {
        const tensors = new Map<string, Float32Array>();
        for (const [name, entry] of opened.tensors) tensors.set(name, await opened.read(entry));
        return unpackRows(tensors, this.about.columns);
      } finally {
        await opened.close();
      }
    } catch (cause) {
      throw damaged(this.#values, cause);
    }
  }

  /** Complete or not at all: written aside and renamed. */
  async write(rows: AnnotatedRows): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const about = join(this.folder, "about.json");
    const aside = (file: string): string => `${file}.${process.pid}.partial`;
    await writeFile(aside(about), `${JSON.stringify(this.about, null, 2)}\n`);
    await rename(aside(about), about);
    const tensors = packRows(rows, this.about.columns).map(({ name, values }) => ({
      name,
      shape: [values.length],
      read: () => values,
    }));
    await writeSafetensors(aside(this.#values), tensors, "F32");
    await rename(aside(this.#values), this.#values);
  }
}

/** What else this annotator has computed for a data file. @throws TW_E_COLUMN_FILE */
export async function storedAbouts(data: string, annotator: string): Promise<readonly About[]> {
  const folders = await readdir(besides(data)).catch((): string[] => []);
  const files = folders.map((folder) => join(besides(data), folder, "about.json"));
  const abouts = await Promise.all(files.map(readAbout));
  return abouts.filter((about) => about?.annotator === annotator) as About[];
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

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

function damaged(file: string, cause: unknown): TokenwiseError {
  const why = (cause instanceof Error ? cause.message : String(cause)).split("\n  hint: ")[0] ?? "";
  return new TokenwiseError("TW_E_COLUMN_FILE", `${file} is damaged: ${why}`, {
    hint: "remove it and annotate again",
    cause,
  });
}
