import type { Tokenizer } from "@tokenwise/data";

/** A tokenizer of characters, for rows of token ids and for texts of which only the split matters. */
export function characterTokenizer(endId: number | undefined): Tokenizer {
  const encode = (text: string): Int32Array => Int32Array.from([...text], (character) => character.codePointAt(0)!);
  return {
    folder: "characters",
    vocabularySize: 0x110000,
    eosId: endId ?? 0x10ffff,
    bosId: undefined,
    padId: undefined,
    specialIds: new Set(endId === undefined ? [] : [endId]),
    hasChatTemplate: true,
    digest: "",
    encode,
    decode: (ids) => Array.from(ids, (id) => String.fromCodePoint(id)).join(""),
    renderChat: (messages) => messages.map(({ role, content }) => `${role}: ${content}\n`).join(""),
  };
}
