import { open, type FileHandle } from "node:fs/promises";
import { TokenwiseError } from "@tokenwise/kit";
import { fromBf16, fromF16 } from "./half-precision.ts";
import { malformed, MAX_HEADER_BYTES, named, parseHeader, type TensorEntry } from "./header.ts";

/** Bytes read at a time: Node reads at most 2 GiB in one call. */
const PIECE = 64 * 1024 * 1024;

export interface SafetensorsFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /**
   * One tensor's numbers, row-major.
   *
   * @throws TW_E_WEIGHT_DTYPE  if they are not F32, F16 or BF16.
   */
  read(entry: TensorEntry): Promise<Float32Array>;
  close(): Promise<void>;
}

async function fill(handle: FileHandle, target: Uint8Array, position: number, path: string): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await handle.read(target, done, Math.min(PIECE, target.length - done), position + done);
    if (bytesRead === 0)
      throw malformed(path, `it ends at byte ${position + done}, before ${position + target.length}`);
    done += bytesRead;
  }
}

async function readEntries(handle: FileHandle, path: string): Promise<ReadonlyMap<string, TensorEntry>> {
  const { size } = await handle.stat();
  if (size < 8) throw malformed(path, `${size} bytes are too few for a header`);
  const prefix = new Uint8Array(8);
  await fill(handle, prefix, 0, path);
  const length = new DataView(prefix.buffer).getBigUint64(0, true);
  if (length > BigInt(Math.min(size - 8, MAX_HEADER_BYTES))) {
    throw malformed(path, `a header of ${length} bytes in a file of ${size} (at most ${MAX_HEADER_BYTES})`);
  }
  const header = new Uint8Array(Number(length));
  await fill(handle, header, 8, path);
  return parseHeader(header, 8 + header.length, size, path);
}

async function readTensor(
  handle: FileHandle,
  { name, dtype, start, bytes }: TensorEntry,
  path: string,
): Promise<Float32Array> {
  if (dtype !== "F32" && dtype !== "BF16" && dtype !== "F16") {
    throw new TokenwiseError("TW_E_WEIGHT_DTYPE", `${path}: ${named(name)} is ${dtype}`, {
      hint: "weights must be F32, F16 or BF16",
    });
  }
  const data = new Uint8Array(bytes);
  await fill(handle, data, start, path);
  if (dtype === "F32") return new Float32Array(data.buffer);
  return (dtype === "BF16" ? fromBf16 : fromF16)(new Uint16Array(data.buffer));
}

/**
 * Opens a safetensors file and checks its header; tensors are read one by one.
 *
 * @throws TW_E_SAFETENSORS  if the file is damaged.
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const handle = await open(path, "r");
  try {
    const tensors = await readEntries(handle, path);
    return { path, tensors, read: (entry) => readTensor(handle, entry, path), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
