const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = Array.from('"\\[]{}', (c) =>
  c.charCodeAt(0),
);

/** Deepest nesting of arrays and objects that is read: a row of chat messages has 3, a tokenizer's definition 8. */
export const maxDepth = 32;

/** True for JSON nested more than `maxDepth` deep: known from its bytes, before anything is allocated for it. */
export function isTooDeep(json: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const byte = json[index];
    if (inString) {
      if (byte === backslash) index++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === openBracket || byte === openBrace) {
      if (++depth > maxDepth) return true;
    } else if (byte === closeBracket || byte === closeBrace) depth--;
  }
  return false;
}
