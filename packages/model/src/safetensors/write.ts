import { open } from "node:fs/promises";
import { TokenwiseError } from "@tokenwise/kit";
import { byteSizes } from "./header.ts";
import { toBf16, toF16 } from "./half-precision.ts";

export type WeightType = "F32" | "BF16" | "F16";

export interface TensorToWrite {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major numbers; called once, when the tensor's turn has come. */
  read(): Float32Array | Promise<Float32Array>;
}

export const bytesOf = ({ shape }: { readonly shape: readonly number[] }, dtype: WeightType): number =>
  shape.reduce((product, length) => product * length, byteSizes[dtype]);

/** Padded with spaces so that the numbers start at a multiple of 8. */
function headerOf(tensors: readonly TensorToWrite[], dtype: WeightType): Buffer {
  let end = 0;
  const entries = tensors.map((tensor) => {
    const start = end;
    end += bytesOf(tensor, dtype);
    return [tensor.name, { dtype, shape: tensor.shape, data_offsets: [start, end] }];
  });
  const json = JSON.stringify(Object.fromEntries([["__metadata__", { format: "pt" }], ...entries]));
  const length = Math.ceil(Buffer.byteLength(json) / 8) * 8;
  const header = Buffer.alloc(8 + length, " ");
  header.writeBigUInt64LE(BigInt(length));
  header.write(json, 8);
  return header;
}

function encode(name: string, values: Float32Array, dtype: WeightType): Uint8Array {
  const numbers = dtype === "F32" ? values : dtype === "BF16" ? toBf16(values) : toF16(values);
  // A finite number must not become infinite without a word; NaN and infinities are written as they are.
  if (dtype !== "F32" && numbers.some((bits, i) => isInfinite(bits, dtype) && Number.isFinite(values[i]))) {
    throw new TokenwiseError("TW_E_WEIGHT_OVERFLOW", `"${name}" holds numbers too large for ${dtype}`, {
      hint: "save as F32 or BF16",
    });
  }
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

const isInfinite = (bits: number, dtype: "BF16" | "F16") => (bits & 0x7fff) === (dtype === "BF16" ? 0x7f80 : 0x7c00);

/**
 * Writes a safetensors file, one tensor at a time.
 *
 * @throws TW_E_WEIGHT_OVERFLOW  if a finite number is too large for the type.
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  dtype: WeightType,
): Promise<void> {
  const handle = await open(path, "w");
  try {
    await handle.writeFile(headerOf(tensors, dtype));
    for (const tensor of tensors) await handle.writeFile(encode(tensor.name, await tensor.read(), dtype));
    await handle.sync();
  } finally {
    await handle.close();
  }
}
