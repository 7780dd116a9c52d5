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

/** The names at the top level of a JSON object's text. JSON.parse silently keeps the last of equal names. */
function topLevelNames(text: string): string[] {
  const names: string[] = [];
  let depth = 0;
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]/g;
  for (const [token, colon] of text.matchAll(tokens)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1 && colon !== undefined) names.push(JSON.parse(token.slice(0, -colon.length)) as string);
  }
  return names;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function entryOf(name: string, value: unknown, dataStart: number, fileBytes: number, file: string): TensorEntry {
  const wrong = (what: string) => malformed(file, `tensor "${name}": ${what}`);
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
    if (seen.has(name)) throw malformed(file, `tensor "${name}" is declared twice`);
    seen.add(name);
  }
  const entries = Object.entries(json)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => entryOf(name, value, dataStart, fileBytes, file));
  let end = dataStart;
  for (const { name, start, bytes } of [...entries].sort((a, b) => a.start - b.start || a.bytes - b.bytes)) {
    if (start !== end)
      throw malformed(file, `tensor "${name}" ${start < end ? "overlaps another" : "leaves a gap before it"}`);
    end = start + bytes;
  }
  if (end !== fileBytes) throw malformed(file, `${fileBytes - end} bytes after the last tensor`);
  return new Map(entries.map((entry) => [entry.name, entry]));
}
