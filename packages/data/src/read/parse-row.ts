/** One line's bytes to one JSON object, with limits that hostile input meets before it costs anything. */
import { TokenwiseError } from "@tokenwise/kit";
import { shown } from "../bad-row.ts";
import { isTooDeep, maxDepth } from "../nesting.ts";

export type Row = Readonly<Record<string, unknown>>;

/** Longest line, in bytes: some two million tokens. */
export const maxLineBytes = 4 * 2 ** 20;

const byteOrderMark = [0xef, 0xbb, 0xbf];
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const isSpace = (byte: number) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

export const isBlank = (bytes: Uint8Array): boolean => bytes.every(isSpace);

/** Without the mark that some editors put at the start of a file. */
export const withoutMark = (bytes: Uint8Array): Uint8Array =>
  byteOrderMark.every((byte, index) => bytes[index] === byte) ? bytes.subarray(3) : bytes;

/** @throws TW_E_LINE_TOO_LONG, TW_E_ROW_ENCODING, TW_E_ROW_JSON, TW_E_ROW_NOT_OBJECT, TW_E_ROW_KEY */
export function parseRow(bytes: Uint8Array | undefined): Row {
  if (bytes === undefined) throw new TokenwiseError("TW_E_LINE_TOO_LONG", `longer than ${maxLineBytes} bytes`);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    throw new TokenwiseError("TW_E_ROW_ENCODING", "not UTF-8", { hint: "save the file as UTF-8", cause });
  }
  if (isTooDeep(bytes)) throw new TokenwiseError("TW_E_ROW_JSON", `nested more than ${maxDepth} deep`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TokenwiseError("TW_E_ROW_JSON", `not JSON: ${(cause as Error).message.slice(0, 160)}`, { cause });
  }
  return asRow(value);
}

/** @throws TW_E_ROW_NOT_OBJECT, TW_E_ROW_KEY */
export function asRow(value: unknown): Row {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TokenwiseError("TW_E_ROW_NOT_OBJECT", `${shown(value)}, where an object should stand`);
  }
  if (Object.hasOwn(value, "__proto__")) throw new TokenwiseError("TW_E_ROW_KEY", 'the row has a key "__proto__"');
  return value as Row;
}
