import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { TokenwiseError } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { codeOf, jsonLines, temporaryFile, temporaryFolder } from "../../test/tiny.ts";
import { maxLineBytes, type Row } from "./parse-row.ts";
import { type CollectOptions, maxDropped, readRows } from "./read-rows.ts";

/** Keeps the value of `n`; a row without one is bad. */
const read = (file: string, options: CollectOptions = {}) =>
  readRows(file, options, (row: Row) => {
    if (typeof row.n !== "number") throw new TokenwiseError("TW_E_ROW_FIELD", 'no "n"', { hint: "add one" });
    return { example: row.n, truncated: row.n > 8 };
  });

const skip = { onBadRow: "skip" } as const;

/** What became of the lines of a file in "skip" mode. */
async function outcome(content: string | Uint8Array, name = "rows.jsonl"): Promise<unknown> {
  const { examples, report } = await read(await temporaryFile(name, content), skip);
  return { examples, dropped: report.dropped.map(({ line, code }) => [line, code]) };
}

describe("reading", () => {
  it("takes a byte order mark, CRLF, blank lines and a last line without break", async () => {
    const file = await temporaryFile("rows.jsonl", '\uFEFF{"n":1}\r\n\r\n  \t\n{"n":2}\n\n{"n":9}');
    expect(await read(file)).toEqual({ examples: [1, 2, 9], report: { read: 3, kept: 3, truncated: 1, dropped: [] } });
  });

  it("reads gzip by its first bytes, members one after the other too", async () => {
    const packed = Buffer.concat([gzipSync('{"n":1}\n'), gzipSync('{"n":2}\n')]);
    expect(await outcome(packed, "rows.jsonl.gz")).toEqual({ examples: [1, 2], dropped: [] });
    expect(await outcome(packed, "rows.jsonl")).toEqual({ examples: [1, 2], dropped: [] });
  });

  it("stops at the limit of kept rows, and reads nothing after it", async () => {
    const file = await temporaryFile("rows.jsonl", '{"n":1}\n{}\n{"n":2}\nnot json');
    const { examples, report } = await read(file, { ...skip, limit: 2 });
    expect([examples, report.read, report.dropped.length]).toEqual([[1, 2], 3, 1]);
  });

  it("holds rows of any text in UTF-8, cut anywhere by the stream", async () => {
    const rows = Array.from({ length: 3000 }, (_, n) => ({ n, text: "日本語 😀 é".repeat(n % 40) }));
    expect((await read(await temporaryFile("rows.jsonl", jsonLines(rows)))).examples).toHaveLength(3000);
  });
});

describe("bad rows", () => {
  const content = '{"n":1}\n\n{"m":1}\n{"n":2}\nnope\n';

  it('end the reading with file, line, reason and hint in "strict" mode, the default', async () => {
    const file = await temporaryFile("rows.jsonl", content);
    await expect(read(file)).rejects.toMatchObject({
      code: "TW_E_ROW_FIELD",
      message: `${file}:3: no "n"\n  hint: add one`,
      hint: "add one",
    });
  });

  it('are counted and named, each with its reason, in "skip" mode', async () => {
    const file = await temporaryFile("rows.jsonl", content);
    const { examples, report } = await read(file, skip);
    expect(examples).toEqual([1, 2]);
    expect(report).toMatchObject({ read: 4, kept: 2, truncated: 0 });
    expect(report.dropped).toEqual([
      { file, line: 3, code: "TW_E_ROW_FIELD", reason: 'no "n"' },
      { file, line: 5, code: "TW_E_ROW_JSON", reason: expect.stringMatching(/^not JSON: /) as string },
    ]);
  });

  it("are an error where none is left, which tells the first reason", async () => {
    const file = await temporaryFile("rows.jsonl", "{}\n[]\n");
    await expect(read(file, skip)).rejects.toMatchObject({
      code: "TW_E_NO_ROWS",
      message: `${file}: no row is left: all 2 rows were bad; the first: ${file}:1: no "n" (TW_E_ROW_FIELD)`,
    });
    expect(await codeOf(async () => read(await temporaryFile("empty.jsonl", "\n \n")))).toBe("TW_E_NO_ROWS");
  });

  it("end the reading where there are too many to keep", async () => {
    const file = await temporaryFile("rows.jsonl", `{"n":1}\n${"x\n".repeat(maxDropped + 1)}`);
    expect(await codeOf(() => read(file, skip))).toBe("TW_E_TOO_MANY_BAD_ROWS");
  });

  it("do not hide an error of the program", async () => {
    const file = await temporaryFile("rows.jsonl", '{"n":1}');
    const broken = () => {
      throw new RangeError("a bug");
    };
    await expect(readRows(file, skip, broken)).rejects.toThrow(RangeError);
  });
});

describe("hostile rows", () => {
  const good = Buffer.from('{"n":1}\n');
  const after = (line: string | Uint8Array) => Buffer.concat([good, Buffer.from(line), Buffer.from("\n"), good]);

  it.each([
    ["deep nesting", `{"n":${"[".repeat(100_000)}`, "TW_E_ROW_JSON"],
    ["deep nesting, well closed", `{"n":${"[".repeat(5000)}${"]".repeat(5000)}}`, "TW_E_ROW_JSON"],
    ["a line beyond the limit", `{"n":2,"text":"${"x".repeat(maxLineBytes)}"}`, "TW_E_LINE_TOO_LONG"],
    ["bytes that are not UTF-8", Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d), "TW_E_ROW_ENCODING"],
    ["UTF-16", Buffer.from('{"n":1}', "utf16le"), "TW_E_ROW_JSON"],
    ["a key __proto__", '{"__proto__":{"n":1}}', "TW_E_ROW_KEY"],
    ["a key __proto__ beside good ones", '{"n":2,"__proto__":{}}', "TW_E_ROW_KEY"],
    ["two values", '{"n":2}{"n":3}', "TW_E_ROW_JSON"],
    ["no object", "null", "TW_E_ROW_NOT_OBJECT"],
    ["an array", "[1]", "TW_E_ROW_NOT_OBJECT"],
    ["NaN", '{"n":NaN}', "TW_E_ROW_JSON"],
  ])("cost one row each: %s", async (_, line, code) => {
    expect(await outcome(after(line))).toEqual({ examples: [1, 1], dropped: [[2, code]] });
  });

  it("may hold brackets in text", async () => {
    const text = `${"[{".repeat(1000)}\\"${"[".repeat(100)}`;
    expect(await outcome(after(`{"n":2,"text":"${text}"}`))).toEqual({ examples: [1, 2, 1], dropped: [] });
  });
});

describe("files that are none", () => {
  it("are named with a code each", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "dir.jsonl"));
    expect(await codeOf(() => read(join(folder, "absent.jsonl")))).toBe("TW_E_FILE_NOT_FOUND");
    expect(await codeOf(() => read(join(folder, "dir.jsonl")))).toBe("TW_E_NOT_A_FILE");
    expect(await codeOf(() => read("\0"))).toBe("TW_E_FILE_UNREADABLE");
    const file = await temporaryFile("rows.jsonl.gz", '{"n":1}\n');
    expect(await codeOf(() => read(file))).toBe("TW_E_GZIP");
  });

  it("are refused where gzip breaks off or is damaged", async () => {
    const whole = gzipSync(jsonLines(Array.from({ length: 5000 }, (_, n) => ({ n, random: Math.sin(n) }))));
    const damaged = Buffer.from(whole);
    damaged.fill(0x55, 1000, 1100);
    for (const content of [whole.subarray(0, -20), damaged]) {
      const file = await temporaryFile("rows.jsonl.gz", content);
      await expect(read(file)).rejects.toMatchObject({ code: expect.stringMatching(/^TW_E_(GZIP|ROW_)/) as string });
    }
  });

  it.each([
    ["one line", "a".repeat(1024)],
    ["blank lines", `${" ".repeat(1023)}\n`],
  ])("are refused where they unpack beyond measure: %s", async (_, block) => {
    const file = await temporaryFile("bomb.jsonl.gz", gzipSync(block.repeat(40 * 1024)));
    const before = process.memoryUsage().rss;
    expect(await codeOf(() => read(file, skip))).toBe("TW_E_GZIP");
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 2 ** 20);
  });
});
