import { cp, writeFile } from "node:fs/promises";
import { column, tokenLogProb, type Annotator } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { annotate, type AnnotateOptions } from "../src/index.ts";
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
const refusal = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string });

describe("an annotator", () => {
  it.each<[string, Annotator["annotate"], RegExp]>([
    ["too few values", () => Promise.resolve({ columns: { ratio: [new Float32Array(2), new Float32Array(2)] } }), /pairs\.jsonl:1: test\.contrast gave 2 values in "ratio" for 5 tokens/],
    ["too few responses", () => Promise.resolve({ columns: { ratio: [] } }), /0 responses in "ratio", not 2/],
    ["no column", () => Promise.resolve({ columns: {} }), /no column "ratio"/],
    ["another column", () => Promise.resolve({ columns: { other: [] } }), /"other", which it does not declare/],
    ["NaN", ({ responses }) => Promise.resolve({ columns: { ratio: responses.map(({ ids }) => new Float32Array(ids.length).fill(NaN)) } }), /not finite/],
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

  it("whose column another one computes is refused", async () => {
    const call = run({ method: methodOf(contrast(texts), contrast({ ...texts, negative: "dull" })) });
    await expect(call).rejects.toEqual(refusal("TW_E_COLUMN_CLASH", /"ratio" is computed by test\.contrast/));
  });

  it.each<[string, Annotator["annotate"], string, RegExp]>([
    ["a model that it does not declare", ({ prompt }, { prepend }) => Promise.resolve(prepend("judge", "", prompt) as never), "TW_E_UNKNOWN_MODEL", /"judge", which it does not declare/],
    ["more tokens than there are positions", ({ responses }, { run: read }) => read({ prompt: new Int32Array(64), response: responses[0]!.ids }, { a: tokenLogProb("positive") }) as never, "TW_E_TOO_LONG", /pairs\.jsonl:1: 69 tokens .* 64 positions/],
    ["a column", ({ prompt, responses }, { run: read }) => read({ prompt, response: responses[0]!.ids }, { a: column("a") }) as never, "TW_E_UNSUPPORTED", /"column"/],
    ["a forward pass without a response", ({ prompt }, { run: read }) => read({ prompt }, { a: tokenLogProb("positive") }) as never, "TW_E_UNSUPPORTED", /without a response/],
    ["a quantity of a model without a role", ({ prompt, responses }, { run: read }) => read({ prompt, response: responses[0]!.ids }, { a: tokenLogProb("judge") }) as never, "TW_E_UNKNOWN_MODEL", /"judge", which is not given/],
  ])("that asks for %s is refused", async (_, wrong, code, message) => {
    const call = run({ method: methodOf(contrast(texts, { annotate: wrong })) });
    await expect(call).rejects.toEqual(refusal(code, message));
  }); // prettier-ignore
});
