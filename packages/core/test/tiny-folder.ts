/** A tiny real model folder with a word-level tokenizer, and pairs for it, in a temporary directory. */
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModel, llamaConfig, saveModel, useBackend } from "@tokenwise/model";

const words = "the a film story cast ending was is felt good bad dull bright slow warm cold and but not very".split(
  " ",
);
const specials = ["<pad>", "<s>", "</s>", "<unk>"];

export interface TinyFolder {
  /** A Hugging Face folder. */
  readonly model: string;
  /** Twelve pairs, as JSONL. */
  readonly pairs: string;
  readonly path: (name: string) => string;
  remove(): Promise<void>;
}

export async function tinyFolder(): Promise<TinyFolder> {
  await useBackend("cpu");
  const root = await mkdtemp(join(tmpdir(), "tokenwise-core-"));
  const path = (name: string) => join(root, name);
  await mkdir(path("model"));
  const vocabulary = [...specials, ...words];
  const model = createModel(
    llamaConfig({
      vocabSize: vocabulary.length,
      hiddenSize: 16,
      intermediateSize: 24,
      numHiddenLayers: 2,
      numAttentionHeads: 4,
      numKeyValueHeads: 2,
      maxPositionEmbeddings: 64,
      tieWordEmbeddings: true,
      initializerRange: 0.2,
    }),
    { seed: 7 },
  );
  await saveModel(model, path("model"));
  model.dispose();
  await writeFile(path("model/tokenizer.json"), JSON.stringify(tokenizer(vocabulary)));
  await writeFile(
    path("model/tokenizer_config.json"),
    JSON.stringify({ bos_token: "<s>", eos_token: "</s>", pad_token: "<pad>", unk_token: "<unk>" }),
  );
  const word = (index: number): string => words[index % words.length]!;
  const rows = Array.from({ length: 12 }, (_, row) => ({
    prompt: `the ${word(row + 2)} was`,
    chosen: ` very ${word(row * 3 + 1)} and ${word(row + 9)}`,
    rejected: ` ${word(row * 5 + 4)} but not ${word(row * 7)} ${word(row)}`,
  }));
  await writeFile(path("pairs.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  return {
    model: path("model"),
    pairs: path("pairs.jsonl"),
    path,
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

const tokenizer = (vocabulary: readonly string[]) => ({
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: specials.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: null,
  pre_tokenizer: { type: "Whitespace" },
  post_processor: null,
  decoder: null,
  model: { type: "WordLevel", vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])), unk_token: "<unk>" },
});
