import { appendFile, open, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TokenwiseError } from "@tokenwise/kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { openSafetensors } from "./read.ts";
import { writeSafetensors } from "./write.ts";

/** A file of the given header and data, whatever they are. */
async function fileOf(header: unknown, dataBytes: number, length?: bigint): Promise<string> {
  const path = join(await temporaryFolder(), "model.safetensors");
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(text.length));
  await writeFile(path, Buffer.concat([prefix, text, Buffer.alloc(dataBytes)]));
  return path;
}

const entry = (begin: number, end: number, shape = [(end - begin) / 4], dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});
const coded = (message: RegExp, code = "TW_E_SAFETENSORS"): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as unknown });

describe("what was written is read again", () => {
  it("bit for bit in F32, whatever the bits", async () => {
    const folder = await temporaryFolder();
    const tensor = fc.record({
      name: fc.string({ minLength: 1 }).filter((name) => name !== "__metadata__"),
      bits: fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 12 }),
    });
    const tensors = fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(tensors, async (given) => {
        const path = join(folder, "any.safetensors");
        const values = given.map(({ name, bits }) => ({
          name,
          shape: [bits.length],
          numbers: new Float32Array(Uint32Array.from(bits).buffer),
        }));
        await writeSafetensors(path, values.map(({ name, shape, numbers }) => ({ name, shape, read: () => numbers })), "F32"); // prettier-ignore
        const file = await openSafetensors(path);
        expect([...file.tensors.keys()].sort()).toEqual(given.map(({ name }) => name).sort());
        for (const { name, numbers } of values) {
          const read = await file.read(file.tensors.get(name)!);
          expect(Buffer.from(read.buffer).equals(Buffer.from(numbers.buffer))).toBe(true);
        }
        await file.close();
      }),
      { numRuns: 50 },
    );
  });

  it.each(["BF16", "F16"] as const)("rounded in %s, the numbers starting at a multiple of 8 bytes", async (dtype) => {
    const path = join(await temporaryFolder(), "half.safetensors");
    await writeSafetensors(
      path,
      [{ name: "x", shape: [2, 2], read: () => Float32Array.of(1, -2.5, 1 + 2 ** -12, 1e-3) }],
      dtype,
    );
    const file = await openSafetensors(path);
    const x = file.tensors.get("x")!;
    expect(x).toMatchObject({ dtype, shape: [2, 2], bytes: 8 });
    expect(x.start % 8).toBe(0);
    const numbers = await file.read(x);
    expect([...numbers.slice(0, 3)]).toEqual([1, -2.5, 1]);
    expect(Math.abs(numbers[3]! / 1e-3 - 1)).toBeLessThan(2 ** -8);
    await file.close();
  });

  it("but a number too large for F16 is refused, not made infinite", async () => {
    const path = join(await temporaryFolder(), "half.safetensors");
    const tensors = [{ name: "big", shape: [1], read: () => Float32Array.of(1e5) }];
    await expect(writeSafetensors(path, tensors, "F16")).rejects.toThrow(coded(/"big"/, "TW_E_WEIGHT_OVERFLOW"));
  });
});

describe("a damaged or hostile file is refused by name:", () => {
  it.each<[string, unknown, number, RegExp, bigint?]>([
    ["a header longer than the file", {}, 0, /a header of 1000 bytes in a file of 10/, 1000n],
    ["a header length of 2⁶⁴ − 1", {}, 0, /a header of 18446744073709551615 bytes/, 2n ** 64n - 1n],
    ["a header that is no JSON", "{nonsense", 0, /no JSON/],
    ["a header that is an array", [], 0, /no JSON object/],
    ["a header that is null", "null", 0, /no JSON object/],
    ["a header nested a million deep", "[".repeat(1e6), 0, /no JSON/],
    ["an entry that is a number", { x: 3 }, 0, /tensor "x": its entry is no object/],
    ["an entry without a shape", { x: { dtype: "F32", data_offsets: [0, 4] } }, 4, /tensor "x": shape/],
    ["an unknown type", { x: entry(0, 4, [1], "F31") }, 4, /tensor "x": unknown dtype "F31"/],
    ["a type named like an object's own property", { x: entry(0, 4, [1], "toString") }, 4, /unknown dtype "toString"/],
    ["a negative length", { x: entry(0, 4, [-1]) }, 4, /tensor "x": shape \[-1\]/],
    ["a fractional length", { x: entry(0, 4, [0.5]) }, 4, /tensor "x": shape/],
    ["a shape whose product overflows", { x: entry(0, 4, [2 ** 52, 2 ** 52]) }, 4, /tensor "x": F32 .* bytes, not 4/],
    ["offsets beyond the file", { x: entry(0, 400) }, 4, /tensor "x": bytes 0–400 of 4/],
    ["offsets in reverse", { x: entry(4, 0, [1]) }, 4, /tensor "x": bytes 4–0/],
    ["a wrong number of bytes", { x: entry(0, 8, [3]) }, 8, /tensor "x": F32 \[3\] takes 12 bytes, not 8/],
    ["tensors that overlap", { x: entry(0, 8), y: entry(4, 12) }, 12, /tensor "y" overlaps another/],
    ["a gap between tensors", { x: entry(0, 4), y: entry(8, 12) }, 12, /tensor "y" leaves a gap/],
    ["bytes that belong to no tensor", { x: entry(0, 4) }, 9, /5 bytes after the last tensor/],
    ["a name given twice", `{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4, /tensor "x" is declared twice/],
    ["a name given twice, once in escapes", `{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0078" : {"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4, /declared twice/],
  ])("%s", async (_, header, bytes, message, length) => {
    const path = await fileOf(header, bytes, length);
    await expect(openSafetensors(path)).rejects.toThrow(coded(message));
    await expect(openSafetensors(path)).rejects.toThrow(expect.objectContaining({ message: expect.stringContaining(path) as unknown }));
  }); // prettier-ignore

  it("a file of three bytes", async () => {
    const path = join(await temporaryFolder(), "short.safetensors");
    await writeFile(path, "abc");
    await expect(openSafetensors(path)).rejects.toThrow(coded(/3 bytes are too few/));
  });

  it("a file that shrinks while it is open", async () => {
    const path = await fileOf({ x: entry(0, 400) }, 400);
    const file = await openSafetensors(path);
    await truncate(path, 100);
    await expect(file.read(file.tensors.get("x")!)).rejects.toThrow(coded(/it ends at byte 100/));
    await file.close();
  });

  it("integers where weights are read", async () => {
    const file = await openSafetensors(await fileOf({ x: entry(0, 8, [1], "I64") }, 8));
    await expect(file.read(file.tensors.get("x")!)).rejects.toThrow(coded(/tensor "x" is I64/, "TW_E_WEIGHT_DTYPE"));
    await file.close();
  });
});

it("a tensor named __proto__ is a tensor like any other", async () => {
  const file = await openSafetensors(await fileOf(`{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4));
  expect([...file.tensors.keys()]).toEqual(["__proto__"]);
  expect([...(await file.read(file.tensors.get("__proto__")!))]).toEqual([0]);
  await file.close();
});

it("names of millions of characters are read like any other, and told apart", async () => {
  const names = ["x".repeat(3e6), '"\\'.repeat(1e6), "\\".repeat(1e6), "{".repeat(9)];
  const header = Object.fromEntries(names.map((name, i) => [name, entry(4 * i, 4 * i + 4)]));
  const file = await openSafetensors(await fileOf(header, 16));
  expect([...file.tensors.keys()].map((name) => name.length)).toEqual(names.map((name) => name.length));
  await file.close();
  const twice = JSON.stringify(header).replace(/}$/, `,${JSON.stringify(names[1])}: {}}`);
  await expect(openSafetensors(await fileOf(twice, 16))).rejects.toThrow(coded(/declared twice/));
});

it("any change of one byte in the header, and any cut, gives the tensors or a coded error, never anything else", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "model.safetensors");
  const tensors = ["a", "b.weight"].map((name, i) => ({
    name,
    shape: [2, i + 1],
    read: () => new Float32Array(2 * (i + 1)),
  }));
  await writeSafetensors(path, tensors, "F32");
  const handle = await open(path);
  const { size } = await handle.stat();
  const original = (await handle.readFile()) as Buffer;
  await handle.close();
  const tampering = fc.oneof(
    fc.record({ at: fc.integer({ min: 0, max: size - 1 }), byte: fc.integer({ min: 0, max: 255 }) }),
    fc.record({ cut: fc.integer({ min: 0, max: size }) }),
    fc.record({ more: fc.string({ minLength: 1, maxLength: 9 }) }),
  );
  await fc.assert(
    fc.asyncProperty(tampering, async (change) => {
      const bytes = Buffer.from(original);
      if ("at" in change) bytes[change.at] = change.byte;
      await writeFile(path, "cut" in change ? bytes.subarray(0, change.cut) : bytes);
      if ("more" in change) await appendFile(path, change.more);
      try {
        const file = await openSafetensors(path);
        for (const declared of file.tensors.values()) if (declared.dtype === "F32") await file.read(declared);
        await file.close();
      } catch (error) {
        expect(TokenwiseError.is(error) && error.code).toMatch(/^TW_E_(SAFETENSORS|WEIGHT_DTYPE)$/);
      }
    }),
    { numRuns: 300 },
  );
});
