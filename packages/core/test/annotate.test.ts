import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tf, tokenLogProb } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { preferencesFrom } from "@tokenwise/data";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { annotate, evaluate, loadLanguageModel, readRequests, train, type AnnotateOptions } from "../src/index.ts";
import { tinyFolder, type TinyFolder } from "./tiny-folder.ts";
import { contrast, methodOf, texts } from "./contrast.ts";

let folder: TinyFolder;
let rows: readonly { readonly prompt: string; readonly chosen: string; readonly rejected: string }[];
beforeAll(async () => {
  await useBackend(inject("engine"));
  folder = await tinyFolder();
  rows = (await readFile(folder.pairs, "utf8")).split("\n").map((line) => JSON.parse(line) as never);
  await saveOther("other");
});
afterAll(() => folder.remove());
beforeEach(async () => {
  await rm(`${folder.pairs}.columns`, { recursive: true, force: true });
  await writeFile(folder.pairs, rows.map((row) => JSON.stringify(row)).join("\n"));
});

/** A model of the same tokens with other weights. */
async function saveOther(name: string): Promise<void> {
  const language = await loadLanguageModel(folder.model);
  for (const variable of language.model.parameters.values()) tf.tidy(() => variable.assign(tf.mul(variable, 1.5)));
  await language.save(folder.path(name));
  language.dispose();
}

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

describe("annotation, on cpu", () => {
  it("computes what each row gives alone, whatever shares a stream with it", async () => {
    const before = tf.memory().numTensors;
    const { examples, columns, interrupted } = await run({ data: rows });
    expect([examples.length, interrupted, columns[0]!.computed, columns[0]!.known]).toEqual([12, false, 12, 0]);
    const language = await loadLanguageModel(folder.model);
    const { model, tokenizer } = language;
    const { examples: plain } = preferencesFrom(rows, { tokenizer });
    for (const [index, example] of examples.entries()) {
      const { prompt, candidates, source } = plain[index]!;
      const values = await Promise.all(
        [texts.positive, texts.negative].map(async (text) => {
          const seen = Int32Array.of(...tokenizer.encode(text), ...prompt);
          const needs = { logProb: tokenLogProb("policy") };
          return readRequests({ policy: model, examples: [{ source, prompt: seen, candidates }], needs });
        }),
      );
      example.columns!.ratio!.forEach((ratios, candidate) => {
        const [plus, minus] = values.map(({ logProb }) => logProb[candidate]!);
        expect(ratios).toHaveLength(candidates[candidate]!.ids.length);
        ratios.forEach((ratio, token) => expect(ratio).toBeCloseTo(plus![token]! - minus![token]!, 5));
      });
    }
    language.dispose();
    const all = examples.flatMap((example) => example.columns!.ratio!.flatMap((values) => [...values]));
    const { values, mean, min, max, folder: place } = columns[0]!;
    expect([values, min, max, place]).toEqual([all.length, Math.min(...all), Math.max(...all), undefined]);
    expect(mean).toBeCloseTo(all.reduce((sum, value) => sum + value, 0) / all.length, 10);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("is cut into streams as memory allows, and gives the same", async () => {
    const whole = await run({ data: rows });
    const events: number[] = [];
    const cut = await run({
      data: rows,
      microBatchTokens: 16,
      onEvent: (event) => event.type === "annotate" && events.push(event.done),
    });
    expect(events).toEqual([...events].sort((a, b) => a - b));
    expect([events[0], events.at(-1), events.length > 6]).toEqual([0, 12, true]);
    cut.examples.forEach(({ columns }, row) =>
      columns!.ratio!.forEach((values, candidate) =>
        values.forEach((value, token) =>
          expect(value).toBeCloseTo(whole.examples[row]!.columns!.ratio![candidate]![token]!, 5),
        ),
      ),
    );
  });

  it("stores columns beside the data, where training and evaluation find them; what is known is not computed again", async () => {
    const { columns, examples } = await run();
    expect(dirname(columns[0]!.folder!)).toBe(`${folder.pairs}.columns`);
    expect(await readdir(columns[0]!.folder!)).toEqual([
      "about.json",
      expect.stringMatching(/^rows-000001-\w{16}\.parquet$/),
    ]);
    const again = await run();
    expect([again.columns[0]!.known, again.columns[0]!.computed]).toEqual([12, 0]);
    expect(again.examples).toEqual(examples);
    expect(await history()).toEqual(await history({ data: examples }));
    const metrics = async (data: AnnotateOptions["data"]) =>
      (
        await evaluate({
          model: folder.path("other"),
          reference: folder.model,
          data,
          method,
          backend: inject("engine"),
        })
      ).metrics;
    expect(await metrics(folder.pairs)).toEqual(await metrics(examples));
  });

  it("keeps what was computed before an interruption, and goes on from there", async () => {
    const stop = new AbortController();
    const first = await run({
      microBatchTokens: 16,
      signal: stop.signal,
      onEvent: (event) => event.type === "annotate" && event.done >= 4 && stop.abort(),
    });
    const done = first.columns[0]!.computed;
    expect([first.interrupted, done >= 4 && done < 12]).toEqual([true, true]);
    await expect(training()).rejects.toEqual(
      refusal("TW_E_NO_COLUMN", /pairs\.jsonl:\d+: the row has no column "ratio"/),
    );
    const second = await run({ microBatchTokens: 16 });
    expect([second.columns[0]!.known, second.columns[0]!.computed]).toEqual([done, 12 - done]);
    const whole = await run({ data: rows, microBatchTokens: 16 });
    expect(second.examples.map((example) => example.columns)).toEqual(whole.examples.map((example) => example.columns));
  });

  it("takes other models by role, and is refused where training has others", async () => {
    const models = { negative: folder.path("other") };
    const { examples } = await run({ models });
    const same = await run({ data: rows });
    expect(examples[0]!.columns).not.toEqual(same.examples[0]!.columns);
    await expect(training()).rejects.toEqual(
      refusal("TW_E_FOREIGN_COLUMN", /pairs\.jsonl:1: .*other models: negative had the digest \w{12}, has \w{12}/),
    );
    expect(await history({ annotation: { models } })).toEqual(await history({ data: examples }));
    const wrong = { postive: folder.model };
    for (const call of [() => run({ models: wrong }), () => training({ annotation: { models: wrong } })])
      await expect(call()).rejects.toEqual(refusal("TW_E_ANNOTATION_MODEL", /no annotator .* model "postive"/));
  });

  it("truncates rows as training does, and knows which rows that changes", async () => {
    const read = { maxLength: 6 };
    await run();
    await expect(training({ read })).rejects.toEqual(refusal("TW_E_STALE_COLUMN", /pairs\.jsonl:1: .*other tokens/));
    const { examples } = await run({ read });
    expect(examples[0]!.columns!.ratio![0]).toHaveLength(examples[0]!.candidates[0]!.ids.length);
    await history({ read });
    await history();
  });

  it("gives nothing for missing candidates", async () => {
    const groups = [
      { prompt: "the film", candidates: [" was good", null, " was bad and dull"] },
      { prompt: "a cast", candidates: [" is slow", " is warm", null] },
    ];
    const { examples } = await run({ data: groups });
    expect(examples.map(({ columns }) => columns!.ratio!.map(({ length }) => length))).toEqual([
      [3, 0, 5],
      [3, 3, 0],
    ]);
  });

  it("leaves columns that the rows have as they are", async () => {
    const given = rows.map((row) => ({ ...row, r: [Array(4).fill(0.5), Array(5).fill(-0.5)] }));
    const read = { columns: { values: { ratio: "r" } } };
    expect((await run({ data: given, read })).columns).toEqual([]);
    expect((await run({ method: methodOf() })).columns).toEqual([]);
    await run();
    await writeFile(folder.pairs, given.map((row) => JSON.stringify(row)).join("\n"));
    expect(await history({ read })).not.toEqual(await history());
  });
});

describe("stored columns are refused", () => {
  it("where there are none, with how to compute them", async () => {
    await expect(training()).rejects.toEqual(
      refusal("TW_E_NO_COLUMN", /pairs\.jsonl has no column "ratio"[^]*tokenwise annotate/),
    );
    await expect(training({ data: rows })).rejects.toEqual(
      refusal("TW_E_NO_COLUMN", /by-ratio needs the column "ratio" in every row[^]*annotate\(\{/),
    );
  });

  it("after a change of the annotator's options", async () => {
    await run();
    const other = methodOf(contrast({ ...texts, positive: "warm" }));
    await expect(training({ method: other })).rejects.toEqual(
      refusal("TW_E_STALE_COLUMN", /pairs\.jsonl:1: .*positive was "good and warm", is "warm"/),
    );
    await run({ method: other });
    await history({ method: other });
    await history();
  });

  it("after a change of a row, at its line; and of rows that are new", async () => {
    await run();
    const changed = rows.with(4, { ...rows[4]!, rejected: " slow" });
    await writeFile(folder.pairs, changed.map((row) => JSON.stringify(row)).join("\n"));
    await expect(training()).rejects.toEqual(refusal("TW_E_STALE_COLUMN", /pairs\.jsonl:5: the row has other tokens/));
    expect((await run()).columns[0]).toMatchObject({ known: 11, computed: 1 });
    await writeFile(
      folder.pairs,
      [...rows, { ...rows[0]!, prompt: "but the film" }].map((row) => JSON.stringify(row)).join("\n"),
    );
    await expect(training()).rejects.toEqual(refusal("TW_E_NO_COLUMN", /pairs\.jsonl:13: .*13 rows have it/));
  });

  it("under another model", async () => {
    await run();
    await expect(training({ model: folder.path("other") })).rejects.toEqual(
      refusal("TW_E_FOREIGN_COLUMN", /positive had the digest/),
    );
  });

  it.each(["parquet", "jsonl"] as const)("where a file is damaged: cut, changed or not JSON (%s)", async (format) => {
    const { columns } = await run({ format });
    const place = columns[0]!.folder!;
    const values = join(
      place,
      (await readdir(place)).find((name) => name.startsWith("rows-"))!,
    );
    const whole = await readFile(values);
    const bad = refusal("TW_E_COLUMN_FILE", /rows-.* is damaged: .*\n {2}hint: remove it/);
    await truncate(values, whole.length - 5);
    await expect(training()).rejects.toEqual(bad);
    await expect(run()).rejects.toEqual(bad);
    const flipped = Buffer.from(whole);
    flipped[flipped.length - 100]! ^= 1;
    await writeFile(values, flipped);
    await expect(training()).rejects.toEqual(bad);
    await rm(values);
    await writeFile(join(place, "about.json"), "{");
    await expect(training()).rejects.toEqual(refusal("TW_E_COLUMN_FILE", /about\.json is damaged/));
  });
});
