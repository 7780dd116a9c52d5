/** A file as a stream of bytes, unpacked where it is gzip. */
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { TokenwiseError } from "@tokenwise/kit";

/** Text of preferences packs 3 to 10 times; a file that unpacks to more than this, and more than `maxBytesBeforeRatio`, is a bomb. */
export const maxGzipRatio = 200;
export const maxBytesBeforeRatio = 32 * 2 ** 20;

const gzipMagic = [0x1f, 0x8b];

function unreadable(file: string, cause: unknown): TokenwiseError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") return new TokenwiseError("TW_E_FILE_NOT_FOUND", `${file}: no such file`, { cause });
  return new TokenwiseError("TW_E_FILE_UNREADABLE", `${file}: cannot be read: ${message}`, { cause });
}

async function startsAsGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(2), 0, 2, 0);
    return bytesRead === 2 && gzipMagic.every((byte, index) => buffer[index] === byte);
  } finally {
    await handle.close();
  }
}

async function* unpacked(file: string): AsyncGenerator<Uint8Array> {
  const packed = createReadStream(file);
  const text = pipeline(packed, createGunzip(), () => undefined); // errors surface in the loop below
  let bytes = 0;
  try {
    for await (const chunk of text as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > maxBytesBeforeRatio && bytes > maxGzipRatio * packed.bytesRead) {
        throw new TokenwiseError("TW_E_GZIP", `${file}: unpacks to more than ${maxGzipRatio} times its size`, {
          hint: "unpack it yourself if you trust it",
        });
      }
      yield chunk;
    }
  } catch (cause) {
    if (TokenwiseError.is(cause)) throw cause;
    throw new TokenwiseError("TW_E_GZIP", `${file}: broken gzip: ${(cause as Error).message}`, { cause });
  }
}

async function* plain(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/**
 * The bytes of a file; gzip is known by its first two bytes.
 *
 * @throws TW_E_FILE_NOT_FOUND, TW_E_NOT_A_FILE, TW_E_FILE_UNREADABLE
 * @throws TW_E_GZIP  a .gz that is not gzip, breaks off, or unpacks beyond measure.
 */
export async function openBytes(file: string): Promise<AsyncIterable<Uint8Array>> {
  let packed: boolean;
  try {
    const status = await stat(file);
    if (!status.isFile()) {
      throw new TokenwiseError(
        "TW_E_NOT_A_FILE",
        `${file}: ${status.isDirectory() ? "is a directory" : "is not a regular file"}`,
      );
    }
    packed = await startsAsGzip(file);
  } catch (cause) {
    throw TokenwiseError.is(cause) ? cause : unreadable(file, cause);
  }
  if (!packed && file.endsWith(".gz")) throw new TokenwiseError("TW_E_GZIP", `${file}: is named .gz but is not gzip`);
  return packed ? unpacked(file) : plain(file);
}
