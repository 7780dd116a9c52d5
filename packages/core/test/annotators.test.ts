import { cp, readFile, writeFile } from "node:fs/promises";
import { attention, column, derived, tokenLogProb, type Annotator } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { annotate, loadLanguageModel, type AnnotateOptions } from "../src/index.ts";
import { contrast, methodOf, texts } from "./contrast.ts";
import { tinyFolder, type TinyFolder } from "./tiny-folder.ts";

let folder: TinyFolder;
beforeAll(async () => {
  await useBackend("cpu");
  folder = await tinyFolder();
  await cp(folder.model, folder.path("other"), { recursive: true });
});
afterAll(() => folder.remove());

const run = (more: Partial<AnnotateOptions>) =>
  annotate({ model: folder.model, data: folder.pairs, method: methodOf(), backend: "cpu", ...more });
const readRows = async (): Promise<object[]> =>
  (await readFile(folder.pairs, "utf8")).split("\n").map((line) => JSON.parse(line) as object);
const refusal = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string });

const lastRow = attention("positive", { layer: -1, query: "last", heads: "mean" });

describe("an annotator", () => {
  it("that throws is named with its row; and so is one that gives what nothing reads", async () => {
    const cause = new Error("no network");
    const failing = contrast(texts, { annotate: () => Promise.reject(cause) });
    const failed = run({ method: methodOf(failing) });
    await expect(failed).rejects.toMatchObject({ code: "TW_E_PART_FAILED", cause });
    await expect(failed).rejects.toThrow('pairs.jsonl:1: annotator "test.contrast" throws: no network');
    const misspelled = contrast(texts, { annotate: () => Promise.resolve({ column: {} } as never) });
    await expect(run({ method: methodOf(misspelled) })).rejects.toEqual(
      refusal("TW_E_PART_RESULT", /"test\.contrast" returns an unknown key "column", did you mean "columns"/),
    );
  });

  it.each<[string, Annotator["annotate"], RegExp]>([
    ["too few values", () => Promise.resolve({ columns: { ratio: [new Float32Array(2), new Float32Array(2)] } }), /pairs\.jsonl:1: test\.contrast gave 2 values in "ratio" for 5 tokens/],
    ["too few responses", () => Promise.resolve({ columns: { ratio: [] } }), /0 responses in "ratio", not 2/],
    ["no column", () => Promise.resolve({ columns: {} }), /no column "ratio"/],
    ["another column", () => Promise.resolve({ columns: { other: [] } }), /"other", which it does not declare/],
    ["NaN", ({ responses }) => Promise.resolve({ columns: { ratio: responses.map(({ ids }) => new Float32Array(ids.length).fill(NaN)) } }), /not finite/],
    ["columns that are no object", () => Promise.resolve({ columns: undefined } as never), /no columns/],
    ["columns that are null", () => Promise.resolve({ columns: null } as never), /no columns/],
    ["what is no list", () => Promise.resolve({ columns: { ratio: 3 } } as never), /no list in "ratio"/],
    ["lists of numbers", ({ responses }) => Promise.resolve({ columns: { ratio: responses.map(() => [1]) } } as never), /no Float32Array in "ratio"/],
  ])("that gives %s is refused by row", async (_, wrong, message) => {
    const call = run({ method: methodOf(contrast(texts, { annotate: wrong })) });
    await expect(call).rejects.toEqual(refusal("TW_E_ANNOTATION", message));
  }); // prettier-ignore

  it("builds a user's message in the chat template, with tokens at their places in it", async () => {
    await writeFile(
      folder.path("other/chat_template.jinja"),
      "{% for m in messages %}<s> {{ m.content }} </s>{% endfor %}{% if add_generation_prompt %}<s>{% endif %}",
    );
    const annotator = contrast(texts, {
      models: ["judge"],
      annotate({ responses }, { chat }) {
        const [one, other] = responses.map(({ ids, content }) => ids.slice(0, content)) as [Int32Array, Int32Array];
        const { ids, spans } = chat("judge", ["good ", one, " or bad ", other]);
        expect(spans.map(([start, end]) => ids.slice(start, end))).toEqual([one, other]);
        expect([ids[0], ids[1], ids.at(-2), ids.at(-1)]).toEqual([1, 13, 2, 1]);
        expect(ids).toHaveLength(one.length + other.length + 6);
        return Promise.resolve({ columns: { ratio: responses.map((each) => new Float32Array(each.ids.length)) } });
      },
    });
    await run({ method: methodOf(annotator), models: { judge: folder.path("other") } });
  });

  it("builds a message without a template too, after BOS where texts begin with it; encodes; tells special tokens", async () => {
    const annotator = contrast(texts, {
      annotate({ responses }, { chat, encode, withoutSpecial }) {
        const { ids: whole, content } = responses[0]!;
        const tokens = whole.slice(0, content);
        const { ids, spans } = chat("positive", ["good ", tokens], { template: false });
        expect([...ids]).toEqual([...encode("positive", "good"), ...tokens]);
        expect(spans).toEqual([[1, 1 + content]]);
        expect([...withoutSpecial("positive", whole)]).toEqual([...tokens]);
        expect(() => chat("positive", ["good"])).toThrow(
          expect.objectContaining({
            code: "TW_E_NO_CHAT_TEMPLATE",
            hint: expect.stringContaining("chatTemplate: false") as string,
          }),
        );
        return Promise.resolve({ columns: { ratio: responses.map((each) => new Float32Array(each.ids.length)) } });
      },
    });
    await run({ method: methodOf(annotator), data: await readRows() });
  });

  it.each(["{{ messages[0].content[:3] }}", "{{ messages[0].content }}{{ messages[0].content }}", "<s>"])(
    "is refused a chat template that does not put its tokens where they belong: %s",
    async (template) => {
      await writeFile(folder.path("other/chat_template.jinja"), template);
      const annotator = contrast(texts, {
        annotate: ({ prompt }, { chat }) => Promise.resolve(chat("negative", ["good", prompt, "bad", prompt]) as never),
      });
      const call = run({ method: methodOf(annotator), models: { negative: folder.path("other") } });
      await expect(call).rejects.toEqual(refusal("TW_E_TEMPLATE_SEGMENTS", /2 token segments/));
    },
  );

  it("reads attention of prompts, with what responses have or alone, whatever shares the stream", async () => {
    const rows = new Map<string, number[]>();
    const annotator = contrast(texts, {
      async annotate({ prompt, responses }, { run: read }) {
        const response = responses[0]!.ids;
        const [both, alone] = await Promise.all([
          read({ prompt, response }, { row: lastRow, logProb: tokenLogProb("positive") }),
          read({ prompt }, { row: lastRow }),
        ]);
        expect(both.logProb).toHaveLength(response.length);
        expect(both.row).toHaveLength(prompt.length);
        both.row.forEach((value, token) => expect(value).toBeCloseTo(alone.row[token]!, 6));
        expect(both.row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
        const known = rows.get(String(prompt));
        known?.forEach((value, token) => expect(both.row[token]).toBeCloseTo(value, 6));
        rows.set(String(prompt), [...both.row]);
        return { columns: { ratio: responses.map((each) => new Float32Array(each.ids.length)) } };
      },
    });
    await run({ method: methodOf(annotator), data: await readRows() });
    await run({ method: methodOf(annotator), data: await readRows(), microBatchTokens: 8 });
    expect(rows.size).toBeGreaterThan(1);
  });

  it("is refused a model in memory with other tokens, as one in a folder is", async () => {
    await cp(folder.model, folder.path("words"), { recursive: true });
    const file = folder.path("words/tokenizer.json");
    await writeFile(file, (await readFile(file, "utf8")).replace('"dull"', '"bright"'));
    const language = await loadLanguageModel(folder.path("words"));
    for (const negative of [language, folder.path("words")])
      await expect(run({ method: methodOf(contrast(texts)), models: { negative } })).rejects.toEqual(
        refusal("TW_E_ANNOTATION_MODEL", /words, the negative model, has other tokens/),
      );
    language.dispose();
  });

  it("whose column another one computes is refused", async () => {
    const call = run({ method: methodOf(contrast(texts), contrast({ ...texts, negative: "dull" })) });
    await expect(call).rejects.toEqual(refusal("TW_E_COLUMN_CLASH", /"ratio" is computed by test\.contrast/));
  });

  it.each<[string, Annotator["annotate"], string, RegExp]>([
    ["a model that it does not declare", ({ prompt }, { prepend }) => Promise.resolve(prepend("judge", "", prompt) as never), "TW_E_UNKNOWN_MODEL", /"judge", which it does not declare/],
    ["more tokens than there are positions", ({ responses }, { run: read }) => read({ prompt: new Int32Array(64), response: responses[0]!.ids }, { a: tokenLogProb("positive") }) as never, "TW_E_TOO_LONG", /pairs\.jsonl:1: 69 tokens .* 64 positions/],
    ["something derived of attention", ({ prompt, responses }, { run: read }) => read({ prompt, response: responses[0]!.ids }, { a: derived("a", "B,T", { row: lastRow }, ({ read }) => read.row as never) }) as never, "TW_E_UNSUPPORTED", /"attention"/],
    ["attention of a layer that does not exist", ({ prompt }, { run: read }) => read({ prompt }, { a: attention("positive", { layer: 7, query: "last", heads: "mean" }) }) as never, "TW_E_ATTENTION_LAYER", /layer 7 of a model that has 2/],
    ["a column", ({ prompt, responses }, { run: read }) => read({ prompt, response: responses[0]!.ids }, { a: column("a") }) as never, "TW_E_UNSUPPORTED", /"column"/],
    ["log-probabilities without a response", ({ prompt }, { run: read }) => read({ prompt }, { a: tokenLogProb("positive"), row: lastRow }) as never, "TW_E_UNSUPPORTED", /without a response/],
    ["a quantity of a model without a role", ({ prompt, responses }, { run: read }) => read({ prompt, response: responses[0]!.ids }, { a: tokenLogProb("judge") }) as never, "TW_E_UNKNOWN_MODEL", /"judge", which is not given/],
  ])("that asks for %s is refused", async (_, wrong, code, message) => {
    const call = run({ method: methodOf(contrast(texts, { annotate: wrong })) });
    await expect(call).rejects.toEqual(refusal(code, message));
  }); // prettier-ignore
});
