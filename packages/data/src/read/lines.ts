/** Bytes to lines, in bounded memory. */

export interface Line {
  /** From 1; blank lines count. */
  readonly number: number;
  /** Without its line break (LF or CRLF); undefined where the line is longer than the limit. */
  readonly bytes: Uint8Array | undefined;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Collects the pieces of one line, and forgets them once there are more than `limit` bytes. */
class PartialLine {
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(readonly limit: number) {}

  get started(): boolean {
    return this.#length > 0;
  }

  add(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > this.limit) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
  }

  /** The line's bytes, and a fresh start. */
  take(): Uint8Array | undefined {
    const bytes = this.#length > this.limit ? undefined : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return bytes?.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
  }
}

/** Splits a stream of bytes at line feeds. A line of more than `limit` bytes is passed over without being held. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Line> {
  const line = new PartialLine(limit);
  let number = 1;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      line.add(chunk.subarray(start, end));
      yield { number: number++, bytes: line.take() };
      start = end + 1;
    }
    line.add(chunk.subarray(start));
  }
  if (line.started) yield { number, bytes: line.take() };
}
