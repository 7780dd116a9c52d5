/** Columns in files beside the data, and what annotators report. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { useBackend } from "@tokenwise/model";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { annotate, train, type AnnotateOptions } from "../src/index.ts";
import { tinyFolder, type TinyFolder } from "./tiny-folder.ts";
import { contrast, methodOf, texts } from "./contrast.ts";

let folder: TinyFolder;
let rows: readonly { readonly prompt: string; readonly chosen: string; readonly rejected: string }[];
beforeAll(async () => {
  await useBackend(inject("engine"));
  folder = await tinyFolder();
  rows = (await readFile(folder.pairs, "utf8")).split("\n").map((line) => JSON.parse(line) as never);
});
afterAll(() => folder.remove());
beforeEach(async () => {
  await rm(`${folder.pairs}.columns`, { recursive: true, force: true });
  await writeFile(folder.pairs, rows.map((row) => JSON.stringify(row)).join("\n"));
});

const method = methodOf(contrast(texts));

const run = (more: Partial<AnnotateOptions> = {}) =>
  annotate({ model: folder.model, data: folder.pairs, method, backend: inject("engine"), ...more });
const training = (more: Partial<Parameters<typeof train>[0]> = {}) =>
  train({
    model: folder.model,
    data: folder.pairs,
    method,
    steps: 2,
    learningRate: 0.01,
    backend: inject("engine"),
    ...more,
  });
const history = async (more: Partial<Parameters<typeof train>[0]> = {}) => {
  const { model, history } = await training(more);
  model.dispose();
  return history;
};
const refusal = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string });

const rowFiles = async (place: string): Promise<string[]> =>
  (await readdir(place)).filter((name) => name.startsWith("rows-")).map((name) => join(place, name));

describe("what is stored beside the data", () => {
  it.each(["parquet", "jsonl"] as const)("as %s is what was computed, in one file in the end", async (format) => {
    const memory = await run({ data: rows, microBatchTokens: 16 });
    const { columns } = await run({ format, microBatchTokens: 16, storeEvery: 0 });
    const files = await rowFiles(columns[0]!.folder!);
    expect(files.map((file) => /rows-\d{6}-\w{16}\.(\w+)$/.exec(file)?.[1])).toEqual([format]);
    const again = await run();
    expect(again.columns[0]).toMatchObject({ known: 12, computed: 0 });
    expect(again.examples.map((example) => example.columns)).toEqual(memory.examples.map((example) => example.columns));
    expect(await history()).toEqual(await history({ data: memory.examples }));
    expect(await rowFiles(columns[0]!.folder!)).toEqual(files);
  });

  it("grows by a file at a time, goes on in its own format, and changes it where another one is asked for", async () => {
    const stop = new AbortController();
    const first = await run({
      ...{ format: "jsonl", microBatchTokens: 16, storeEvery: 0, signal: stop.signal },
      onEvent: (event) => event.type === "annotate" && event.done >= 4 && stop.abort(),
    });
    const place = first.columns[0]!.folder!;
    expect((await rowFiles(place)).length).toBeGreaterThan(1);
    await run();
    expect(await rowFiles(place)).toEqual([expect.stringMatching(/\.jsonl$/)]);
    const lines = (await readFile((await rowFiles(place))[0]!, "utf8")).trim().split("\n");
    expect(lines).toHaveLength(12);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      line: 1,
      columns: { ratio: [expect.any(Array), expect.any(Array)] },
    });
    const before = await run();
    expect((await run({ format: "parquet" })).columns[0]).toMatchObject({ known: 12, computed: 0 });
    expect(await rowFiles(place)).toEqual([expect.stringMatching(/\.parquet$/)]);
    expect((await run()).examples).toEqual(before.examples);
  });

  it("has the response's values as lists of floats in Parquet, by key, line and candidate", async () => {
    const { columns, examples } = await run({ format: "parquet" });
    const [file] = await rowFiles(columns[0]!.folder!);
    const found = await parquetReadObjects({ file: new Uint8Array(await readFile(file!)).buffer });
    expect(found).toHaveLength(24);
    expect(found[3]).toEqual({
      ...{ key: expect.stringMatching(/^\w{64}$/) as string, line: 2, candidate: 1 },
      ratio: [...examples[1]!.columns!.ratio![1]!],
    });
  });

  it("keeps what was computed where an annotator fails later on", async () => {
    let calls = 0;
    const failing = contrast(texts, {
      annotate: (example, tools) => {
        if (calls++ === 5) throw new Error("the judge has left");
        return contrast(texts).annotate(example, tools);
      },
    });
    await expect(run({ method: methodOf(failing), microBatchTokens: 16 })).rejects.toThrow("the judge has left");
    expect((await run()).columns[0]!.known).toBeGreaterThan(0);
  });

  it("removes in the end what a killed annotation left half written", async () => {
    const { columns } = await run();
    const place = columns[0]!.folder!;
    const before = await readdir(place);
    await writeFile(join(place, "rows-000002-0123456789abcdef.parquet.01234567.partial"), "PAR");
    await writeFile(join(place, "about.json.01234567.partial"), "{");
    expect((await run()).columns[0]).toMatchObject({ known: 12, computed: 0 });
    expect(await readdir(place)).toEqual(before);
  });

  it("is not there, rather than of other options, where an annotation was killed before it stored a row", async () => {
    const { columns } = await run();
    for (const file of await rowFiles(columns[0]!.folder!)) await rm(file);
    await expect(training()).rejects.toEqual(refusal("TW_E_NO_COLUMN", /has no column "ratio"/));
  });

  it("refuses a format that does not exist, and a format for rows that are not stored", async () => {
    for (const wrong of [
      { format: "csv" as never },
      { storeEvery: NaN },
      { storeEvery: -1 },
      { data: rows, format: "jsonl" as const },
      { data: rows, storeEvery: 1 },
    ])
      // prettier-ignore
      await expect(run(wrong)).rejects.toMatchObject({ code: "TW_E_SETTINGS" });
  });
});

describe("shares that an annotator reports", () => {
  const shared = (share: () => Record<string, number>) =>
    methodOf(
      contrast(texts, {
        shares: { right: "judged right" },
        async annotate(example, tools) {
          return { ...(await contrast(texts).annotate(example, tools)), shares: share() };
        },
      }),
    );

  it("are means over rows with Wilson's interval, stored with the columns, also where nothing is left to compute", async () => {
    let row = 0;
    const method = shared(() => (row++ < 9 ? { right: 1 } : row < 12 ? { right: 0 } : {}));
    const { shares } = await run({ method });
    expect(shares).toEqual([
      {
        ...{ name: "right", annotator: "test.contrast", what: "judged right", rows: 11, meaningful: true },
        mean: 9 / 11,
        low: expect.closeTo(0.523, 3) as number, // Wilson 1927, 9 of 11
        high: expect.closeTo(0.9486, 3) as number,
      },
    ]);
    for (const format of ["jsonl", "parquet"] as const) expect((await run({ method, format })).shares).toEqual(shares);
    expect((await run({ data: rows, method: shared(() => ({ right: 0.5 })) })).shares[0]).toMatchObject({ mean: 0.5, meaningful: false }); // prettier-ignore
  });

  it.each([{ right: 1.5 }, { right: NaN }, { wrong: 1 }])("are refused where they are no shares: %j", async (share) => {
    await expect(run({ method: shared(() => share as never) })).rejects.toEqual(
      refusal("TW_E_ANNOTATION", /the share/),
    );
  });
});
