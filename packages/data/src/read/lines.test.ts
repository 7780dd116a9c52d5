import fc from "fast-check";
import { expect, it } from "vitest";
import { splitLines } from "./lines.ts";

const encoder = new TextEncoder();

async function linesOf(chunks: readonly Uint8Array[], limit = 1000): Promise<[number, string | undefined][]> {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield* chunks;
    await Promise.resolve();
  }
  const lines: [number, string | undefined][] = [];
  for await (const { number, bytes } of splitLines(stream(), limit)) {
    lines.push([number, bytes && new TextDecoder().decode(bytes)]);
  }
  return lines;
}

const chunked = (text: string, size: number): Uint8Array[] => {
  const bytes = encoder.encode(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
};

it("splits at LF and CRLF, counts empty lines without giving them, and does not ask for a last line break", async () => {
  const lines = [
    [1, "a"],
    [2, "b"],
    [4, "c\rd"],
  ];
  expect(await linesOf(chunked("a\r\nb\n\r\nc\rd", 100))).toEqual(lines);
  expect(await linesOf(chunked("a\nb\n\nc\rd\n", 100))).toEqual(lines);
  expect(await linesOf([])).toEqual([]);
});

it("gives the same lines however the stream is cut", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "é", "\n", "\r\n", "\r", "日"), maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (joined, size) => {
      expect(await linesOf(chunked(joined, size))).toEqual(await linesOf([encoder.encode(joined)]));
    }),
  );
});

it("passes over a line longer than the limit and goes on with the next", async () => {
  const lines = await linesOf(chunked(`${"x".repeat(11)}\n${"y".repeat(10)}\n${"z".repeat(500)}`, 3), 10);
  expect(lines).toEqual([
    [1, undefined],
    [2, "y".repeat(10)],
    [3, undefined],
  ]);
});
