/** Conversions between float32 and the two 16-bit formats, on bit patterns. */

/** BF16 is the upper half of a float32. */
export function fromBf16(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i]! << 16;
  return new Float32Array(wide.buffer);
}

/** Rounds to the nearest, ties to even; a NaN stays one. */
export function toBf16(values: Float32Array): Uint16Array {
  const wide = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    const x = wide[i]!;
    const isNaN = (x & 0x7fffffff) > 0x7f800000;
    bits[i] = isNaN ? (x >>> 16) | 0x40 : (x + 0x7fff + ((x >>> 16) & 1)) >>> 16;
  }
  return bits;
}

export function fromF16(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const x = bits[i]!;
    const sign = x & 0x8000 ? -1 : 1;
    const exponent = (x >>> 10) & 0x1f;
    const fraction = x & 0x3ff;
    if (exponent === 0x1f) values[i] = fraction === 0 ? sign * Infinity : NaN;
    else values[i] = exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
  }
  return values;
}

/** Rounds to the nearest, ties to even; what is too large becomes infinite. */
export function toF16(values: Float32Array): Uint16Array {
  const wide = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    const x = wide[i]!;
    const sign = (x >>> 16) & 0x8000;
    const magnitude = x & 0x7fffffff;
    if (magnitude > 0x7f800000) bits[i] = sign | 0x7e00;
    else if (magnitude >= 0x477ff000)
      bits[i] = sign | 0x7c00; // 65520 and more
    else if (magnitude < 0x38800000)
      bits[i] = sign | roundToEven(Math.abs(values[i]!) * 2 ** 24); // below 2⁻¹⁴: subnormal
    else bits[i] = sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  return bits;
}

function roundToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
