/** Token ids one after the other, in an array of their own. */
export function concatenated(...parts: readonly ArrayLike<number>[]): Int32Array {
  const ids = new Int32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    ids.set(part, at);
    at += part.length;
  }
  return ids;
}
