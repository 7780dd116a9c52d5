/** Conversions between float32 and the two 16-bit formats. They round to the nearest, ties to even; NaN stays NaN. */
import { addon } from "./addon.ts";

/** bfloat16, the upper half of a float32 → float32. */
export function fromBf16(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  addon().fromBf16(bits, values);
  return values;
}

/** IEEE binary16 → float32. */
export function fromF16(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  addon().fromF16(bits, values);
  return values;
}

export function toBf16(values: Float32Array): Uint16Array {
  const bits = new Uint16Array(values.length);
  addon().toBf16(values, bits);
  return bits;
}

/** What is too large becomes infinite. */
export function toF16(values: Float32Array): Uint16Array {
  const bits = new Uint16Array(values.length);
  addon().toF16(values, bits);
  return bits;
}
