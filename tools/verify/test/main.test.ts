import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { main } from "../src/main.ts";
import { arithmetic } from "../src/read/expression.ts";
import { load, pathOf } from "./goldens.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tokenwise-verify-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await useBackend("cpu"); // for the files after this one, in the same process
});

async function run(...args: readonly string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const code = await main(args, (text) => lines.push(...text.split("\n")));
  return { code, lines };
}

describe("npm run verify", () => {
  it("has a line for each case and a summary, and ends with 0 if nothing is short", async () => {
    const { code, lines } = await run(pathOf("variants"));
    expect(code).toBe(0);
    expect(lines).toHaveLength(7);
    expect(lines[1]).toMatch(
      /^ {2}holds +five pairs, TDPO-2 +TDPO · \d\.\de-\d of 1\.0e-5 at authors_code\.\w+ · checked: authors_code/,
    );
    expect(lines[6]).toMatch(/^5 cases: 5 hold, 0 short, 0 not applicable \(\d+ comparisons\); backend cpu$/);
  });

  it.each(inject("backends").filter((name) => name !== "cpu"))("holds on %s with its own tolerance", async (name) => {
    const { code, lines } = await run("--backend", name, pathOf("variants"));
    expect(code).toBe(0);
    expect(lines[1]).toContain("of 1.0e-4");
    expect(lines.at(-1)).toContain(`backend ${name}`);
  });

  it("ends with 1 if a case is short, and says by how much, whatever the file is called", async () => {
    const document = load("trl") as { cases: { sigmoid: { loss: number } } };
    document.cases.sigmoid.loss += 1e-3;
    const file = join(folder, "any name");
    await writeFile(file, JSON.stringify(document));
    const { code, lines } = await run(file);
    expect(code).toBe(1);
    expect(lines.find((line) => line.startsWith("  short"))).toMatch(
      /sigmoid +TRL loss · 2\.1e-3 > 1\.0e-5 at loss · /,
    );
  });

  it("ends with 2 for a file that is not there or not JSON, and reads the others", async () => {
    const file = join(folder, "broken.json");
    await writeFile(file, "{");
    const { code, lines } = await run(join(folder, "none.json"), file, pathOf("variants"));
    expect(code).toBe(2);
    expect(lines[0]).toMatch(/none\.json: unreadable: ENOENT/);
    expect(lines[1]).toMatch(/broken\.json: unreadable: /);
    expect(lines.at(-1)).toMatch(/5 hold.*2 files unreadable/);
  });

  it.each([[], ["--backend", "gpu", "x.json"], ["--wrong", "x.json"]])(
    "is used wrongly, and ends with 2: %j",
    async (...args) => {
      expect((await run(...args)).code).toBe(2);
    },
  );

  it("tells every comparison as JSON", async () => {
    const { code, lines } = await run("--json", pathOf("variants"));
    const told = JSON.parse(lines.join("\n")) as { files: { results: { name: string; checks: unknown[] }[] }[] };
    expect(code).toBe(0);
    expect(told.files[0]!.results.map(({ checks }) => checks.length > 2)).toEqual(Array(5).fill(true));
  });
});

describe("formulas as text", () => {
  it("are arithmetic of the names that are given", () => {
    expect(arithmetic("2*sin(0.5*b - t/4) + max(0, -c)")({ b: 3, t: 2, c: -1 })).toBeCloseTo(2 * Math.sin(1) + 1, 12);
  });

  it.each(["process.exit(1)", "a = 1", "b", "fetch(1)", "1 +", "[1]"])("are nothing else: %s", (text) => {
    expect(() => arithmetic(text)({ a: 1 })).toThrow(/the formula/);
  });
});
