/** Bytes to lines, in bounded memory. */

export interface Line {
  /** From 1; blank lines count. */
  readonly number: number;
  /** Without its line break (LF or CRLF); undefined where the line is longer than the limit. */
  readonly bytes: Uint8Array | undefined;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** The pieces of a line that goes over several chunks; forgotten once there are more than `limit` bytes. */
class PartialLine {
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(readonly limit: number) {}

  add(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > this.limit) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
  }

  /** The line's bytes with those of its end, and a fresh start. */
  take(end: Uint8Array): Uint8Array | undefined {
    const [pieces, length] = [this.#pieces, this.#length + end.length];
    if (this.#length > 0) [this.#pieces, this.#length] = [[], 0];
    if (length > this.limit) return undefined;
    const bytes = pieces.length === 0 ? end : Buffer.concat([...pieces, end]);
    return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
  }
}

/**
 * Splits a stream of bytes at line feeds; empty lines are counted but not given. A line of more than `limit` bytes is passed over
 * without being held.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Line> {
  const partial = new PartialLine(limit);
  let number = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      const bytes = partial.take(chunk.subarray(start, end));
      number++;
      if (bytes?.length !== 0) yield { number, bytes };
      start = end + 1;
    }
    partial.add(chunk.subarray(start));
  }
  const bytes = partial.take(new Uint8Array(0));
  if (bytes?.length !== 0) yield { number: number + 1, bytes };
}
