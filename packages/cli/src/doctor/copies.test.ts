import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { copiesOf } from "./copies.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "tokenwise-copies-")));
afterAll(() => rmSync(root, { recursive: true }));

function install(folder: string, version: string): void {
  mkdirSync(join(root, folder, "node_modules/@scope/thing"), { recursive: true });
  writeFileSync(join(root, folder, "node_modules/@scope/thing/package.json"), JSON.stringify({ version }));
}

it("every copy of a package that could be imported is found once: above, nested, and through links", () => {
  install("", "1.0.0");
  install("node_modules/@other/user", "2.0.0");
  install("app", "1.0.0");
  mkdirSync(join(root, "app/inner/node_modules"), { recursive: true });
  symlinkSync(join(root, "app/node_modules/@scope"), join(root, "app/inner/node_modules/@scope"));
  const versions = (folder: string): string[] =>
    copiesOf("@scope/thing", [join(root, folder)]).map(({ version }) => version);
  expect(versions("")).toEqual(["1.0.0", "2.0.0"]);
  expect(versions("app/inner").sort()).toEqual(["1.0.0", "1.0.0", "2.0.0"]);
  expect(copiesOf("@scope/nothing", [root])).toEqual([]);
});
