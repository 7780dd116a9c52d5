/** A model folder of a few kilobytes with a word-level tokenizer, and rows for it: what `train()` reads from a disk. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModel, llamaConfig, saveModel } from "@tokenwise/model";

const specials = ["<pad>", "<s>", "</s>", "<unk>"];
const words = ["we", "saw", "this", "play", "twice", "and", "it", "was", "never", "dull", "but", "often", "loud"];

export interface TinyFolder {
  /** The model's folder. */
  readonly model: string;
  /** A path inside of the temporary directory. */
  path(name: string): string;
  remove(): Promise<void>;
}

/** Makes it in a temporary directory, on the backend in use. */
export async function tinyFolder(): Promise<TinyFolder> {
  const root = await mkdtemp(join(tmpdir(), "tokenwise-tiny-"));
  const path = (name: string): string => join(root, name);
  await mkdir(path("model"));
  const vocabulary = [...specials, ...words];
  const architecture = llamaConfig({
    vocabSize: vocabulary.length,
    hiddenSize: 8,
    intermediateSize: 12,
    numHiddenLayers: 2,
    numAttentionHeads: 2,
    numKeyValueHeads: 2,
    maxPositionEmbeddings: 32,
    initializerRange: 0.3,
  });
  const model = createModel(architecture, { seed: 11 });
  await saveModel(model, path("model"));
  model.dispose();
  await writeFile(path("model/tokenizer.json"), JSON.stringify(wordLevel(vocabulary)));
  const named = { bos_token: "<s>", eos_token: "</s>", pad_token: "<pad>", unk_token: "<unk>" };
  await writeFile(path("model/tokenizer_config.json"), JSON.stringify(named));
  return { model: path("model"), path, remove: () => rm(root, { recursive: true, force: true }) };
}

const word = (index: number): string => words[index % words.length]!;

export const tinyPairs = (count: number) =>
  Array.from({ length: count }, (_, row) => ({
    prompt: `we saw ${word(3 * row)}`,
    chosen: ` ${word(row + 4)} ${word(5 * row + 1)} ${word(row)}`,
    rejected: ` never ${word(2 * row + 7)}`,
  }));

/** Groups of four with rewards; the candidate at `missing` is null. */
export const tinyGroups = (count: number, missing: number) =>
  Array.from({ length: count }, (_, row) => ({
    prompt: `this ${word(4 * row + 3)} was`,
    candidates: [0, 1, 2, 3].map((at) =>
      at === missing ? null : ` ${word(row + 3 * at)} ${word(2 * row + at)}${at % 2 === 1 ? " often" : ""}`,
    ),
    rewards: [0, 1, 2, 3].map((at) => Math.sin(1 + row + 2 * at)),
  }));

const wordLevel = (vocabulary: readonly string[]) => ({
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
  model: {
    type: "WordLevel",
    vocab: Object.fromEntries(vocabulary.map((entry, id) => [entry, id])),
    unk_token: "<unk>",
  },
});
