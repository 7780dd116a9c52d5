/** The special tokens a folder names: tokenizer_config.json first, special_tokens_map.json where that is silent. */
import { isObject, type JsonObject } from "./json-file.ts";

export type SpecialTokenName = "bos_token" | "eos_token" | "pad_token" | "unk_token";
export type SpecialTokens = Readonly<Partial<Record<SpecialTokenName, string>>>;

const names: readonly SpecialTokenName[] = ["bos_token", "eos_token", "pad_token", "unk_token"];

/** A token is written as a string, or as an object with its `content`. */
function content(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return isObject(value) && typeof value.content === "string" ? value.content : undefined;
}

export function specialTokens(config: JsonObject, map: JsonObject): SpecialTokens {
  const found = names.flatMap((name) => {
    const token = content(config[name]) ?? content(map[name]);
    return token === undefined ? [] : [[name, token] as const];
  });
  return Object.fromEntries(found);
}
