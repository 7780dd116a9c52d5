import { addon } from "../src/addon.ts";

/** Numbers between −½ and ½. */
export const filled = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => ((i * 7_919) % 1_000) / 1_000 - 0.5);

/** Aligned, and on huge pages where there are any, as the backend's outputs are. */
export function large<T extends Float32Array | Uint16Array>(
  type: new (buffer: ArrayBuffer, offset: number, length: number) => T,
  length: number,
  value: number,
): T {
  const buffer = new ArrayBuffer(length * (type as unknown as typeof Float32Array).BYTES_PER_ELEMENT + 64);
  const array = new type(buffer, addon().prepareMemory(buffer), length);
  array.fill(value);
  return array;
}
