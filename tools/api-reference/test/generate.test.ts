import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as kit from "@tokenwise/kit";
import * as testkit from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const out = mkdtempSync(join(tmpdir(), "tokenwise-api-"));
beforeAll(() => {
  const cwd = fileURLToPath(new URL("../", import.meta.url));
  const typedoc = createRequire(import.meta.url).resolve("typedoc");
  // A broken link in a docstring is an error: typedoc.json says so.
  execFileSync(process.execPath, [join(typedoc, "../../bin/typedoc"), "--out", out], { cwd });
}, 120_000);
afterAll(() => rmSync(out, { recursive: true }));

describe.each([
  ["kit", kit],
  ["testkit", testkit],
])("the API reference of %s", (name, module) => {
  it("has everything that the package exports, TensorFlow.js apart", () => {
    const page = readFileSync(join(out, name, "src.md"), "utf8");
    const headings = new Set(
      Array.from(page.replaceAll("\\_", "_").matchAll(/^### (\w+)/gm), ([, heading]) => heading),
    );
    const missing = Object.keys(module).filter((exported) => !headings.has(exported) && exported !== "tf");
    expect(missing).toEqual([]);
  });

  it("says what is inside of a type without a name", () => {
    const page = readFileSync(join(out, name, "src.md"), "utf8");
    expect(page.match(/.*(?:: |& |readonly |`)object(?:\[\]|`|;|$).*/gm) ?? []).toEqual([]);
  });
});
