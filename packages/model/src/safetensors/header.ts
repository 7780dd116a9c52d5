import { TokenwiseError } from "@tokenwise/kit";

/** Bytes of a number of each type that a safetensors file may hold. */
export const byteSizes = {
  BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1, U16: 2, I16: 2, F16: 2, BF16: 2, U32: 4, I32: 4, F32: 4, U64: 8, I64: 8, F64: 8,
} as const; // prettier-ignore
export type SafetensorsType = keyof typeof byteSizes;

export interface TensorEntry {
  readonly name: string;
  readonly dtype: SafetensorsType;
  readonly shape: readonly number[];
  /** Bytes from the start of the file. */
  readonly start: number;
  readonly bytes: number;
}

/** Longest header accepted: some 200,000 tensors. */
export const MAX_HEADER_BYTES = 32 * 1024 * 1024;

export function malformed(file: string, what: string): TokenwiseError {
  return new TokenwiseError("TW_E_SAFETENSORS", `${file}: ${what}`, {
    hint: "the file is damaged or was tampered with: get it again",
  });
}

/** A tensor for messages: a hostile name is neither printed whole nor raw. */
export const named = (name: string): string =>
  `tensor ${JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name)}`;

/** Where the string ends that begins at `start`: after the next quote that an even number of backslashes precedes. */
function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
}

/**
 * The names at the top level of a JSON object's text, which is known to be valid. JSON.parse silently keeps the last of equal names. No
 * regular expression: it would exhaust the stack over a name of millions of characters.
 */
function topLevelNames(text: string): string[] {
  const names: string[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === "{" || character === "[") depth++;
    if (character === "}" || character === "]") depth--;
    if (character !== '"') continue;
    const end = stringEnd(text, at);
    let next = end;
    while (" \t\n\r".includes(text[next] ?? "end")) next++;
    if (depth === 1 && text[next] === ":") names.push(JSON.parse(text.slice(at, end)) as string);
    at = end - 1;
  }
  return names;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function entryOf(name: string, value: unknown, dataStart: number, fileBytes: number, file: string): TensorEntry {
  const wrong = (what: string) => malformed(file, `${named(name)}: ${what}`);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong("its entry is no object");
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (typeof dtype !== "string" || !Object.hasOwn(byteSizes, dtype))
    throw wrong(`unknown dtype ${JSON.stringify(dtype)}`);
  if (!Array.isArray(shape) || !shape.every(isCount)) throw wrong(`shape ${JSON.stringify(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw wrong(`data_offsets ${JSON.stringify(offsets)}`);
  const [begin, end] = offsets as [number, number];
  if (end < begin || dataStart + end > fileBytes) throw wrong(`bytes ${begin}–${end} of ${fileBytes - dataStart}`);
  const type = dtype as SafetensorsType;
  const needed = shape.reduce((product, length) => product * length, byteSizes[type]);
  if (needed !== end - begin) throw wrong(`${type} [${shape.join(", ")}] takes ${needed} bytes, not ${end - begin}`);
  return { name, dtype: type, shape: shape, start: dataStart + begin, bytes: end - begin };
}

/**
 * The tensors that a safetensors header declares, checked against each other and the size of the file: every byte after the header belongs
 * to exactly one tensor.
 *
 * @throws TW_E_SAFETENSORS  naming the file and the tensor.
 */
export function parseHeader(
  header: Uint8Array,
  dataStart: number,
  fileBytes: number,
  file: string,
): ReadonlyMap<string, TensorEntry> {
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(header);
    json = JSON.parse(text);
  } catch (cause) {
    throw new TokenwiseError("TW_E_SAFETENSORS", `${file}: its header is no JSON`, { cause });
  }
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw malformed(file, "its header is no JSON object");
  const seen = new Set<string>();
  for (const name of topLevelNames(text)) {
    if (seen.has(name)) throw malformed(file, `${named(name)} is declared twice`);
    seen.add(name);
  }
  const entries = Object.entries(json)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => entryOf(name, value, dataStart, fileBytes, file));
  let end = dataStart;
  for (const { name, start, bytes } of [...entries].sort((a, b) => a.start - b.start || a.bytes - b.bytes)) {
    if (start !== end)
      throw malformed(file, `${named(name)} ${start < end ? "overlaps another" : "leaves a gap before it"}`);
    end = start + bytes;
  }
  if (end !== fileBytes) throw malformed(file, `${fileBytes - end} bytes after the last tensor`);
  return new Map(entries.map((entry) => [entry.name, entry]));
}
