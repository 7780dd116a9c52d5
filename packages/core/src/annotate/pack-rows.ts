/** Annotated rows as a few flat tensors: a header of a tensor for every row would be larger than the values. */
import { createHash } from "node:crypto";

export interface AnnotatedRow {
  /** Where the row stood in its file when it was annotated. */
  readonly line: number;
  /** By column and candidate; empty for a missing candidate. */
  readonly columns: Readonly<Record<string, readonly Float32Array[]>>;
}

/** By the key of the row's tokens. */
export type AnnotatedRows = ReadonlyMap<string, AnnotatedRow>;

interface Packed {
  readonly name: string;
  readonly values: Float32Array;
}

/** Digests as 16-bit numbers, which 32-bit floats hold exactly. */
const digestLength = 16;
const toFloats = (hex: string): number[] => (hex.match(/.{4}/g) ?? []).map((digits) => Number.parseInt(digits, 16));
const toHex = (floats: Float32Array): string =>
  Array.from(floats, (value) => value.toString(16).padStart(4, "0")).join("");

export function packRows(rows: AnnotatedRows, columns: readonly string[]): readonly Packed[] {
  const all = [...rows.values()];
  const packed: Packed[] = [
    { name: "keys", values: Float32Array.from([...rows.keys()].flatMap(toFloats)) },
    { name: "lines", values: Float32Array.from(all, ({ line }) => line) },
    { name: "candidates", values: Float32Array.from(all, (row) => row.columns[columns[0] ?? ""]?.length ?? 0) },
    ...columns.flatMap((column) => {
      const arrays = all.flatMap((row) => row.columns[column] ?? []);
      return [
        { name: `lengths of ${column}`, values: Float32Array.from(arrays, ({ length }) => length) },
        { name: `values of ${column}`, values: joined(arrays) },
      ];
    }),
  ];
  return [...packed, { name: "digest", values: Float32Array.from(toFloats(digestOf(packed))) }];
}

/** @throws an error that says what is wrong with them. */
export function unpackRows(tensors: ReadonlyMap<string, Float32Array>, columns: readonly string[]): AnnotatedRows {
  const packed = [...tensors].map(([name, values]) => ({ name, values })).filter(({ name }) => name !== "digest");
  const take = (name: string): Float32Array => {
    const values = tensors.get(name);
    if (values) return values;
    throw new Error(`it has no "${name}"`);
  };
  if (toHex(take("digest")) !== digestOf(packed)) throw new Error("its digest is that of other values");
  const [keys, lines, counts] = [take("keys"), take("lines"), take("candidates")];
  const readers = columns.map(
    (column) => [column, slices(take(`lengths of ${column}`), take(`values of ${column}`))] as const,
  );
  return new Map(
    Array.from(lines, (line, row): [string, AnnotatedRow] => [
      toHex(keys.slice(row * digestLength, (row + 1) * digestLength)),
      {
        line,
        columns: Object.fromEntries(
          readers.map(([column, next]) => [column, Array.from({ length: counts[row]! }, next)]),
        ),
      },
    ]),
  );
}

/** Hands out one array after the other. */
function slices(lengths: Float32Array, values: Float32Array): () => Float32Array {
  let [array, at] = [0, 0];
  return () => {
    const start = at;
    at += lengths[array++] ?? 0;
    return values.slice(start, at);
  };
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of arrays) {
    whole.set(values, at);
    at += values.length;
  }
  return whole;
}

function digestOf(packed: readonly Packed[]): string {
  const digest = createHash("sha256");
  for (const { name, values } of packed)
    digest
      .update(JSON.stringify([name, values.length]))
      .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return digest.digest("hex");
}
