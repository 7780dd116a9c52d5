import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig } from "./read-config.ts";

const folder = mkdtempSync(join(tmpdir(), "tokenwise-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe("a configuration module", () => {
  it("may be TypeScript that has to be compiled, on any version of Node", async () => {
    const text = "enum Steps { few = 2 }\nexport default { steps: Steps.few satisfies number };\n";
    const source = await readConfig(file("enum.config.ts", text));
    expect([source.value, source.at(["steps"])]).toEqual([{ steps: 2 }, source.file]);
  });

  it("may be JavaScript", async () => {
    expect((await readConfig(file("plain.config.mjs", "export default { steps: 3 };"))).value).toEqual({ steps: 3 });
  });

  it("that throws, or exports nothing, is refused by name", async () => {
    const throws = file("throws.config.mjs", 'throw new Error("no such machine");');
    await expect(readConfig(throws)).rejects.toThrow(/throws\.config\.mjs fails to load: no such machine/);
    const empty = file("empty.config.mjs", "export const steps = 3;");
    await expect(readConfig(empty)).rejects.toThrow(/empty\.config\.mjs exports nothing by default/);
    const none = file("null.config.mjs", "export default null;");
    await expect(readConfig(none)).rejects.toThrow(/null\.config\.mjs exports null by default/);
    const late = file("late.config.mjs", "export default Promise.resolve({});");
    await expect(readConfig(late)).rejects.toThrow(/late\.config\.mjs exports a promise by default/);
  });
});
