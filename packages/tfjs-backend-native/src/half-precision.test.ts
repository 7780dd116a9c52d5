import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { haveSameBits } from "../test/support/fused.ts";
import { addon } from "./addon.ts";
import { fromBf16, fromF16, toBf16, toF16 } from "./half-precision.ts";

const allHalves = Uint16Array.from({ length: 65_536 }, (_, i) => i);

/** Fractions of `fraction` bits below exponents of `exponent` bits, in double precision. */
function valueOf(half: number, exponentBits: number, fractionBits: number): number {
  const [sign, ones] = [half & 0x8000 ? -1 : 1, 2 ** exponentBits - 1];
  const [exponent, fraction] = [(half >> fractionBits) & ones, (half & (2 ** fractionBits - 1)) / 2 ** fractionBits];
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === ones) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
}

const formats = [
  { name: "bfloat16", from: fromBf16, to: toBf16, value: (half: number) => valueOf(half, 8, 7) },
  { name: "binary16", from: fromF16, to: toF16, value: (half: number) => valueOf(half, 5, 10) },
];

describe.each(formats)("$name", ({ from, to, value }) => {
  it("has every value of the format", () => {
    from(allHalves).forEach((x, half) => {
      if (!Object.is(x, value(half)) && !(Number.isNaN(x) && Number.isNaN(value(half)))) expect.fail(`${half}: ${x}`);
    });
  });

  it("brings every value back to its bits; NaN to a NaN of its sign", () => {
    to(from(allHalves)).forEach((half, i) => {
      const same = Number.isNaN(value(i)) ? Number.isNaN(value(half)) && (half & 0x8000) === (i & 0x8000) : half === i;
      if (!same) expect.fail(`${i}: ${half}`);
    });
  });

  it("rounds to the nearest, ties to even, at every step of the format", () => {
    const infinity = allHalves.findIndex((half) => value(half) === Infinity);
    for (let half = 0; half < infinity; half++) {
      const [low, high] = [value(half), half + 1 === infinity ? 2 * value(half) - value(half - 1) : value(half + 1)];
      const middle = Math.fround((low + high) / 2);
      const [bits] = [new Uint32Array(Float32Array.of(middle).buffer)];
      const neighbours = [bits[0]! - 1, bits[0]!, bits[0]! + 1].map(
        (b) => new Float32Array(Uint32Array.of(b).buffer)[0]!,
      );
      const got = [...to(Float32Array.from([...neighbours, ...neighbours.map((x) => -x)]))];
      const even = half + (half & 1);
      const wanted = [half, even, half + 1];
      if (middle === low || middle === high) continue; // bfloat16 and float32 share their least steps
      if (got.join() !== [...wanted, ...wanted.map((x) => x + 0x8000)].join()) expect.fail(`${half}: ${got.join()}`);
    }
  });

  it("does the same at any length and offset", () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(5), (length, offset) => {
        const halves = allHalves.subarray(16_000 + offset, 16_000 + offset + length);
        expect(haveSameBits([from(halves)], [Float32Array.from(halves, value)])).toBe(true);
        const values = from(allHalves.subarray(16_000)).subarray(offset, offset + length);
        expect([...to(values)]).toEqual([...halves]);
      }),
    );
  });
});

describe("the addon's conversions", () => {
  it("refuse arrays of other types, too short, or on top of each other", () => {
    const buffer = new ArrayBuffer(64);
    const wrong = [
      () => addon().toBf16(new Float32Array(3), new Uint16Array(4)),
      () => addon().fromF16(new Uint16Array(3), new Float32Array(4)),
      () => addon().fromBf16(new Float32Array(4) as never, new Float32Array(4)),
      () => addon().toF16(new Float32Array(buffer), new Uint16Array(buffer, 32, 8)),
    ];
    for (const call of wrong) expect(call).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
  });
});
