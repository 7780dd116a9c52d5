import { TokenwiseError, type Method } from "@tokenwise/kit";
import { parse } from "yaml";
import type { Configured } from "../config/configure.ts";

export interface NamedMethod {
  readonly name: string;
  readonly method: Method;
}

/**
 * Methods that a command line names, by name or in YAML; without one, the configured method.
 *
 * @throws TW_E_USAGE  for a word that is not YAML; the coded errors of plugins and `resolveMethod`.
 */
export async function methodsNamed(words: readonly string[], configured: Configured): Promise<readonly NamedMethod[]> {
  if (words.length === 0) {
    const method = await configured.method();
    return [{ name: method.origin?.use ?? "the configured method", method }];
  }
  const methods: NamedMethod[] = [];
  for (const word of words) methods.push({ name: word, method: await methodOfWord(word, configured) });
  return methods;
}

/** The method that one word names, or writes in YAML. @throws as `methodsNamed`. */
export const methodOfWord = (word: string, configured: Configured): Promise<Method> =>
  configured.resolve(parseWord(word), (path) => [word, ...path].join(": "));

/** A name, or YAML. @throws TW_E_USAGE */
export function parseWord(word: string) {
  try {
    return parse(word) as Parameters<Configured["resolve"]>[0];
  } catch (cause) {
    throw new TokenwiseError("TW_E_USAGE", `${word} is neither a method's name nor YAML`, {
      hint: "write a name, or '{ use: NAME, option: value }'",
      cause,
    });
  }
}
