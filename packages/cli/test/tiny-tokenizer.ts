/** A byte-level tokenizer without merges: every byte is a token. */

const special = ["<|end|>", "<|user|>", "<|assistant|>"];

/** Bytes as characters that can be seen: printable ones as they are, the others from U+0100 on, as GPT-2 writes them. */
function byteCharacters(): string[] {
  const isPrintable = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

/** The files of a folder, by name. */
export function tinyTokenizer(): Readonly<Record<string, string>> {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  const vocab = Object.fromEntries([...special, ...byteCharacters()].map((token, id) => [token, id]));
  const tokenizer = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({ id, content, ...flags })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: { type: "BPE", unk_token: null, vocab, merges: [] },
  };
  return {
    "tokenizer.json": JSON.stringify(tokenizer),
    "tokenizer_config.json": JSON.stringify({ bos_token: "<|end|>", eos_token: "<|end|>", pad_token: "<|end|>" }),
    "chat_template.jinja":
      "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}" +
      "{% if add_generation_prompt %}<|assistant|>{% endif %}",
  };
}
