/**
 * Makes tokenizer.json of this folder: byte-level BPE over all 256 bytes, three special tokens and the merges that the sentences
 * below give. Run it by `npx tsx test/tiny-tokenizer/make.ts`; a test compares its result with the file.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const sentences = [
  "The film is slow at first, but the last scene makes up for it.",
  "I don't think that the story was bad; it was not told well.",
  "What is the best way to learn a language? You speak it every day.",
  "The answer is 12, not 13, because 3 times 4 is 12.",
  "user and assistant speak in turns, and the system speaks first.",
];
const special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
const mergeCount = 160;

/** Bytes as characters that can be seen, as GPT-2 writes them: printable ones as they are, the others from U+0100 on. */
function byteCharacters(): string[] {
  const isPrintable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

/** One merge after another, the most frequent pair first; of equals the first in the order of characters. */
function merges(words: string[][], count: number): [string, string][] {
  const found: [string, string][] = [];
  while (found.length < count) {
    const pairs = new Map<string, number>();
    for (const word of words) {
      for (let at = 1; at < word.length; at++) {
        const pair = `${word[at - 1]!} ${word[at]!}`;
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
      }
    }
    const [best] = [...pairs].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    if (best === undefined) break;
    const [left, right] = best[0].split(" ") as [string, string];
    found.push([left, right]);
    for (const word of words) {
      for (let at = word.length - 1; at > 0; at--) {
        if (word[at - 1] === left && word[at] === right) word.splice(at - 1, 2, left + right);
      }
    }
  }
  return found;
}

export function tinyTokenizerJson(): string {
  const characters = byteCharacters();
  const words = sentences.join(" ").match(/ ?\w+| ?[^\w\s]+/g) ?? [];
  const inBytes = words.map((word) => Array.from(new TextEncoder().encode(word), (byte) => characters[byte]!));
  const learned = merges(inBytes, mergeCount);
  const vocabulary = [...new Set([...special, ...characters, ...learned.map(([left, right]) => left + right)])];
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const tokenizer = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({ id, content, ...flags })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges: learned,
    },
  };
  return `${JSON.stringify(tokenizer)}\n`;
}

const file = fileURLToPath(new URL("tokenizer.json", import.meta.url));
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file, tinyTokenizerJson());
