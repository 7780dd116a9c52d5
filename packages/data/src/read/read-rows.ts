/** Rows to examples: every bad one is either the end (strict) or counted and named (skip). */
import { TokenwiseError } from "@tokenwise/kit";
import { dropped, located } from "../bad-row.ts";
import type { DroppedRow, ReadReport, Source } from "../example.ts";
import { splitLines } from "./lines.ts";
import { openBytes } from "./open-bytes.ts";
import { asRow, isBlank, maxLineBytes, parseRow, withoutMark, type Row } from "./parse-row.ts";

/** What a row became. */
export interface Built<E> {
  readonly example: E;
  readonly truncated: boolean;
}

export interface Collected<E> {
  readonly examples: readonly E[];
  readonly report: ReadReport;
}

export interface CollectOptions {
  readonly onBadRow?: "strict" | "skip";
  readonly limit?: number;
}

/** More bad rows than this end the reading in either mode: the file is of another kind. */
export const maxDropped = 100_000;

/** Takes rows one by one and keeps the count. */
class Collector<E> {
  readonly examples: E[] = [];
  readonly #dropped: DroppedRow[] = [];
  readonly #strict: boolean;
  readonly #limit: number;
  #read = 0;
  #truncated = 0;

  constructor(
    readonly name: string,
    { onBadRow = "strict", limit = Infinity }: CollectOptions,
  ) {
    this.#strict = onBadRow === "strict";
    this.#limit = limit;
  }

  get full(): boolean {
    return this.examples.length >= this.#limit;
  }

  /** @throws in strict mode, what `build` throws, with `file:line`. @throws TW_E_TOO_MANY_BAD_ROWS */
  add(source: Source, build: () => Built<E>): void {
    this.#read++;
    try {
      const { example, truncated } = build();
      this.examples.push(example);
      if (truncated) this.#truncated++;
    } catch (error) {
      if (!TokenwiseError.is(error)) throw error;
      if (this.#strict) throw located(error, source);
      this.#dropped.push(dropped(error, source));
      if (this.#dropped.length < maxDropped) return;
      throw new TokenwiseError("TW_E_TOO_MANY_BAD_ROWS", `${this.name}: ${maxDropped} bad rows; ${this.#first()}`);
    }
  }

  /** @throws TW_E_NO_ROWS  where nothing is left. */
  finish(): Collected<E> {
    if (this.examples.length === 0) {
      const why = this.#dropped.length === 0 ? "it is empty" : `all ${this.#read} rows were bad; ${this.#first()}`;
      throw new TokenwiseError("TW_E_NO_ROWS", `${this.name}: no row is left: ${why}`);
    }
    const { examples } = this;
    const report = { read: this.#read, kept: examples.length, truncated: this.#truncated, dropped: this.#dropped };
    return { examples, report };
  }

  #first(): string {
    const first = this.#dropped[0];
    return first === undefined ? "" : `the first: ${first.file}:${first.line}: ${first.reason} (${first.code})`;
  }
}

/** How error messages call rows that come from no file. */
export const inMemory = "rows in memory";

/** Rows in memory, checked as those of a file are; lines count the rows from 1. */
export function collectRows<E>(
  rows: Iterable<unknown>,
  options: CollectOptions,
  build: (row: Row, source: Source) => Built<E>,
): Collected<E> {
  const collector = new Collector<E>(inMemory, options);
  let line = 0;
  for (const row of rows) {
    const source = { file: inMemory, line: ++line };
    collector.add(source, () => build(asRow(row), source));
    if (collector.full) break;
  }
  return collector.finish();
}

/** Streams a JSONL file, plain or gzip, through `build`. */
export async function readRows<E>(
  file: string,
  options: CollectOptions,
  build: (row: Row, source: Source) => Built<E>,
): Promise<Collected<E>> {
  const collector = new Collector<E>(file, options);
  for await (const line of splitLines(await openBytes(file), maxLineBytes)) {
    const bytes = line.number === 1 && line.bytes !== undefined ? withoutMark(line.bytes) : line.bytes;
    if (bytes !== undefined && isBlank(bytes)) continue;
    const source = { file, line: line.number };
    collector.add(source, () => build(parseRow(bytes), source));
    if (collector.full) break;
  }
  return collector.finish();
}
