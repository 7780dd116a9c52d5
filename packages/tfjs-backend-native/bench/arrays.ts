import { addon } from "../src/addon.ts";
import { memoryPool, type Block } from "../src/memory/memory-pool.ts";

const taken: Block[] = [];

/** Numbers between −½ and ½, in memory of the pool as tensors have it, until `freeFilled`. */
export function filled(length: number): Float32Array {
  const block = memoryPool.take(4 * length);
  taken.push(block);
  const values = new Float32Array(block.buffer, block.offset, length);
  for (let i = 0; i < length; i++) values[i] = ((i * 7_919) % 1_000) / 1_000 - 0.5;
  return values;
}

/** Nobody reads or writes what `filled` gave any more. */
export function freeFilled(): void {
  for (const block of taken.splice(0)) memoryPool.give(block);
}

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
