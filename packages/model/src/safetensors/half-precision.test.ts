import { expect, it } from "vitest";
import { fromBf16, fromF16, toBf16, toF16 } from "./half-precision.ts";

const all = Uint16Array.from({ length: 65_536 }, (_, i) => i);

it.each([
  ["BF16", fromBf16, toBf16],
  ["F16", fromF16, toF16],
])("every %s number that is not NaN survives a way there and back", (_, from, to) => {
  const values = from(all);
  const again = to(values);
  const changed = all.filter((bits, i) => again[i] !== bits && !Number.isNaN(values[i]));
  expect([...changed]).toEqual([]);
  expect([...from(again)].map(Number.isNaN)).toEqual([...values].map(Number.isNaN));
});

it.each([
  ["BF16", fromBf16, toBf16, 0x7f80],
  ["F16", fromF16, toF16, 0x7c00],
])("%s rounds to the nearest, and a tie to the even number", (_, from, to, infinity) => {
  const positive = from(all.slice(0, infinity));
  for (let i = 0; i + 1 < infinity; i += 7) {
    const [below, above] = [positive[i]!, positive[i + 1]!];
    const middle = (below + above) / 2;
    const nextTo = (x: number, direction: 1 | -1) => {
      const bits = new Uint32Array(Float32Array.of(x).buffer);
      bits[0]! += direction;
      return new Float32Array(bits.buffer)[0]!;
    };
    const rounded = to(Float32Array.of(middle, nextTo(middle, -1), nextTo(middle, 1), -middle));
    expect([...rounded]).toEqual([i + (i % 2), i, i + 1, 0x8000 + i + (i % 2)]);
  }
});

it("numbers too large for F16 become infinite from 65520 on", () => {
  expect([...fromF16(toF16(Float32Array.of(65_519.9, 65_520, -1e30)))]).toEqual([65_504, Infinity, -Infinity]);
});
