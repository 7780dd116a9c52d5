import { describe, expect, it } from "vitest";
import { type Json, variant } from "../../test/tiny.ts";
import { tokenizePreference } from "../preferences.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

const words = [
  "▁",
  "▁the",
  "▁film",
  "▁well",
  "▁yes",
  "h",
  "e",
  "t",
  "f",
  "i",
  "l",
  "m",
  "w",
  "y",
  "s",
  ":",
  ".",
  "A",
  "Q",
];
const pairs = [
  ["▁", "t"],
  ["▁t", "h"],
  ["▁th", "e"],
  ["▁", "f"],
  ["▁f", "i"],
  ["▁fi", "l"],
  ["▁fil", "m"],
  ["▁", "w"],
  ["▁w", "e"],
];
const more = [
  ["▁we", "l"],
  ["▁wel", "l"],
  ["▁", "y"],
  ["▁y", "e"],
  ["▁ye", "s"],
];

/** A small vocabulary in the manner of Llama 2: spaces are ▁, one stands before every text, bytes stand in for other characters. */
async function sentencePiece(spaces: Json): Promise<Tokenizer> {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
  const merges = [...pairs, ...more];
  const tokens = new Set(["<unk>", "<s>", "</s>", ...bytes, ...words, ...merges.map((pair) => pair.join(""))]);
  const vocab = Object.fromEntries([...tokens].map((token, id) => [token, id]));
  const special = ["<unk>", "<s>", "</s>"].map((content, id) => ({ id, content, special: true, normalized: false }));
  const sequence = { Sequence: { id: "A", type_id: 0 } };
  const start = { SpecialToken: { id: "<s>", type_id: 0 } };
  const decoders = [
    { type: "Replace", pattern: { String: "▁" }, content: " " },
    { type: "ByteFallback" },
    { type: "Fuse" },
    { type: "Strip", content: " ", start: 1, stop: 0 },
  ];
  const definition = {
    added_tokens: special,
    normalizer: null,
    pre_tokenizer: null,
    post_processor: {
      type: "TemplateProcessing",
      single: [start, sequence],
      pair: [start, sequence, sequence],
      special_tokens: { "<s>": { id: "<s>", ids: [1], tokens: ["<s>"] } },
    },
    decoder: { type: "Sequence", decoders },
    model: { type: "BPE", unk_token: "<unk>", fuse_unk: true, byte_fallback: true, vocab, merges },
    ...spaces,
  };
  const template = [
    "{% for m in messages %}{{ m.role + ': ' + m.content }}{% if m.role == 'assistant' %}</s>{% endif %}{{ '\\n' }}{% endfor %}",
    "{% if add_generation_prompt %}assistant:{% endif %}",
  ].join("");
  return variant({
    "tokenizer.json": definition,
    "tokenizer_config.json": { bos_token: "<s>", eos_token: "</s>" },
    "chat_template.jinja": template,
  });
}

const replace = { type: "Replace", pattern: { String: " " }, content: "▁" };
const kinds: [string, Json][] = [
  [
    "by its normalizer",
    { normalizer: { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, replace] } },
  ],
  [
    "before its first word",
    { pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "first", split: false } },
  ],
];

describe.each(kinds)("a vocabulary that puts a space before a text %s", (_, spaces) => {
  it("puts none between prompt and response, and BOS before a prompt of text", async () => {
    const tokenizer = await sentencePiece(spaces);
    const texts = { prompt: "Q: the film A:", chosen: " yes well", rejected: "the film" };
    const { prompt, candidates } = tokenizePreference(texts, { tokenizer });
    expect(prompt[0]).toBe(1);
    const whole = candidates.map((candidate) => tokenizer.decode(Int32Array.of(...prompt.slice(1), ...candidate!.ids)));
    expect(whole).toEqual(["Q: the film A: yes well</s>", "Q: the film A:the film</s>"]);
    const ofOne = tokenizer.encode("Q: the film A: yes well", { addSpecialTokens: false });
    expect([...prompt.slice(1), ...candidates[0]!.ids]).toEqual([...ofOne, 2]);
  });

  it("gives a conversation the tokens of the whole", async () => {
    const tokenizer = await sentencePiece(spaces);
    const say = (role: string, content: string) => [{ role, content }];
    const row = {
      prompt: say("user", "the film"),
      chosen: say("assistant", "yes"),
      rejected: say("assistant", "well"),
    };
    const { prompt, candidates } = tokenizePreference(row, { tokenizer });
    const whole = tokenizer.encode("user: the film\nassistant: yes</s>", { addSpecialTokens: false });
    const { ids, content } = candidates[0]!;
    expect([...prompt, ...ids.slice(0, content + 1)]).toEqual([...whole]);
  });
});
