import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import golden from "../../test/goldens/hf-tiny-tokenizer.json" with { type: "json" };
import { tinyTokenizerJson } from "../../test/tiny-tokenizer/make.ts";
import { codeOf, tinyDefinition, tinyFolder, tinyTokenizer, variant, variantFolder } from "../../test/tiny.ts";
import { loadTokenizer } from "./load-tokenizer.ts";

const tokenizer = await tinyTokenizer();
const wellFormed = fc.string({ unit: "binary", maxLength: 60 });

describe("the tiny tokenizer", () => {
  it("is what its script makes", async () => {
    const committed = await readFile(join(tinyFolder, "tokenizer.json"), "utf8");
    expect(JSON.parse(committed)).toEqual(JSON.parse(tinyTokenizerJson()));
  });

  it("names its special tokens by their ids", () => {
    const { eosId, bosId, padId, specialIds, vocabularySize, hasChatTemplate } = tokenizer;
    expect({ eosId, bosId, padId, vocabularySize, hasChatTemplate }).toEqual({
      eosId: 2,
      bosId: 0,
      padId: 0,
      vocabularySize: 391,
      hasChatTemplate: true,
    });
    expect([...specialIds].sort()).toEqual([0, 1, 2]);
  });

  it.each(golden.cases)("gives Hugging Face's token ids for $text", ({ text, ids }) => {
    expect([...tokenizer.encode(text, { addSpecialTokens: false })]).toEqual(ids);
  });

  it("decodes what it encoded, whatever the text", () => {
    fc.assert(fc.property(wellFormed, (text) => tokenizer.decode(tokenizer.encode(text)) === text));
  });

  it("leaves special tokens out of decoded text where asked to", () => {
    const ids = tokenizer.encode("<|im_start|>well<|im_end|>");
    expect(tokenizer.decode(ids)).toBe("<|im_start|>well<|im_end|>");
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe("well");
    expect(tokenizer.decode([2], { skipSpecialTokens: true })).toBe("");
  });

  it.each([391, -1, 1.5, NaN])("refuses to decode %d, which is no token", (id) => {
    expect(() => tokenizer.decode([5, id])).toThrow(expect.objectContaining({ code: "TW_E_TOKEN_OUT_OF_RANGE" }));
  });
});

describe("loadTokenizer", () => {
  it("gives the same digest for the same files, another for another template", async () => {
    expect((await variant({})).digest).toBe(tokenizer.digest);
    expect((await variant({ "chat_template.jinja": "{{ messages[0].content }}" })).digest).not.toBe(tokenizer.digest);
    expect(tokenizer.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it("takes special tokens from special_tokens_map.json where tokenizer_config.json is silent, strings or objects", async () => {
    const files = {
      "tokenizer_config.json": { bos_token: null },
      "special_tokens_map.json": { eos_token: { content: "<|endoftext|>" }, bos_token: "<|im_start|>" },
    };
    const { eosId, bosId, padId } = await variant(files);
    expect([eosId, bosId, padId]).toEqual([0, 1, undefined]);
  });

  it("asks for an end token", async () => {
    expect(await codeOf(() => variant({ "tokenizer_config.json": undefined }))).toBe("TW_E_NO_END_TOKEN");
    expect(await codeOf(() => variant({ "tokenizer_config.json": { eos_token: "<none>" } }))).toBe("TW_E_NO_END_TOKEN");
  });

  it.each([
    ["no file", undefined],
    ["no JSON", "{"],
    ["no object", "[]"],
    ["no model", "{}"],
    ["a model of another kind", '{"model":{"type":"Markov"}}'],
    ["nesting without end", `{"model":${"[".repeat(100_000)}`],
    ["a huge id", '{"model":{"type":"BPE","vocab":{"a":1e9},"merges":[]}}'],
    ["a negative id", '{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"added_tokens":[{"content":"b","id":-1}]}'],
    [
      "an empty added token",
      '{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"added_tokens":[{"content":"","id":1}]}',
    ],
  ])("names tokenizer.json where it holds %s", async (_, content) => {
    const folder = await variantFolder({ "tokenizer.json": content });
    await expect(loadTokenizer(folder)).rejects.toMatchObject({
      code: "TW_E_TOKENIZER_FILE",
      message: expect.stringContaining(join(folder, "tokenizer.json")) as string,
    });
  });

  it("ends in a coded error or a tokenizer, whatever stands in tokenizer.json", async () => {
    const definition = await tinyDefinition();
    const key = fc.constantFrom(...Object.keys(definition), ...Object.keys(definition.model));
    await fc.assert(
      fc.asyncProperty(key, fc.jsonValue(), async (name, value) => {
        const inModel = name in definition.model;
        const model = inModel ? { ...definition.model, [name]: value } : definition.model;
        const changed = { ...definition, ...(inModel ? { model } : { [name]: value }) };
        const code = await codeOf(async () =>
          (await variant({ "tokenizer.json": changed })).encode("a well told story"),
        );
        expect(code ?? "TW_E_").toMatch(/^TW_E_/);
      }),
      { numRuns: 60 },
    );
  });

  it("refuses text that the vocabulary cannot hold instead of leaving it out", async () => {
    const definition = await tinyDefinition();
    const vocab = Object.fromEntries(
      Object.entries(definition.model.vocab as object).filter(([token]) => token !== "z"),
    );
    const lacking = await variant({ "tokenizer.json": { ...definition, model: { ...definition.model, vocab } } });
    expect(lacking.decode(lacking.encode("well"))).toBe("well");
    expect(() => lacking.encode("a zoo")).toThrow(expect.objectContaining({ code: "TW_E_UNENCODABLE_TEXT" }));
  });
});
