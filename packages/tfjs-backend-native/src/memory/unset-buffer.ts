import { constants } from "node:buffer";
import { addon } from "../addon.ts";

/** An ArrayBuffer that is not filled with zeros, where Node can make one of that size. @throws RangeError  if memory cannot be had */
export function unsetBuffer(bytes: number): ArrayBuffer {
  return bytes <= constants.MAX_LENGTH ? Buffer.allocUnsafeSlow(bytes).buffer : new ArrayBuffer(bytes);
}

/** The numbers in memory of their own, nothing before or after them. */
export function copyOf<T extends Float32Array | Int32Array | Uint8Array>(numbers: T): T {
  const buffer = unsetBuffer(numbers.byteLength);
  addon().prepareMemory(buffer);
  const copy = new (numbers.constructor as new (buffer: ArrayBuffer) => T)(buffer);
  copy.set(numbers);
  return copy;
}
