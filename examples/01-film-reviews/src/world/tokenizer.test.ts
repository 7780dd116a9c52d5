import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";
import { sampleReviews } from "./sample.ts";
import { split } from "./text.ts";
import { tokenizerConfig, tokenizerJson, vocabulary, writeTokenizer } from "./tokenizer.ts";

const tokenizer = new Tokenizer(tokenizerJson, tokenizerConfig);

describe("the tokenizer", () => {
  it("has one token for every word of a review, and decodes them to the same text", () => {
    for (const { prompt, completion } of sampleReviews(1000, { seed: 4, split: "train" })) {
      const text = `${prompt} ${completion}`;
      const { ids } = tokenizer.encode(text);
      expect(ids.map((id) => vocabulary[id])).toEqual(split(text));
      expect(tokenizer.decode(ids)).toBe(text);
    }
  });

  it("gives a completion the same tokens alone and behind its prompt", () => {
    for (const { prompt, completion } of sampleReviews(100, { seed: 5, split: "train" })) {
      const apart = [...tokenizer.encode(prompt).ids, ...tokenizer.encode(completion).ids];
      expect(tokenizer.encode(`${prompt} ${completion}`).ids).toEqual(apart);
    }
  });

  it("encodes what it decoded from any ids at all", () => {
    for (let start = 0; start < 300; start++) {
      const ids = Array.from({ length: 12 }, (_, index) => (start * 31 + index * index * 7) % vocabulary.length);
      expect(tokenizer.encode(tokenizer.decode(ids)).ids).toEqual(ids);
    }
  });

  it("reads a word it does not know as <unk>", () => {
    expect(tokenizer.encode("the zebra.").ids).toEqual(["the", "<unk>", "."].map((word) => vocabulary.indexOf(word)));
  });

  it("is written as two files that read back as they were", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tokenizer-"));
    try {
      await writeTokenizer(folder);
      const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), "utf8"));
      expect(await read("tokenizer.json")).toEqual(tokenizerJson);
      expect(await read("tokenizer_config.json")).toEqual(tokenizerConfig);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
