import { createTreeWithEmptyWorkspace } from "@nx/devkit/testing.js";
import { kindNames } from "create-tokenwise-plugin";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import plugin from "./plugin.mjs";
import schema from "./plugin.schema.json" with { type: "json" };

describe("npx nx g plugin", () => {
  it("knows the kinds that npm create tokenwise-plugin knows", () => {
    expect(schema.properties.kind.enum).toEqual(kindNames);
  });

  it.each(kindNames)("writes an official plugin of the kind %s", async (kind) => {
    const tree = createTreeWithEmptyWorkspace();
    await plugin(tree, { name: "long-answers", kind });
    const read = (path: string) => tree.read(`plugins/long-answers/${path}`, "utf8")!;
    expect(JSON.parse(read("package.json"))).toMatchObject({
      name: "@tokenwise/plugin-long-answers",
      nx: { tags: ["type:plugin"] },
    });
    expect(read("README.md")).toMatch(/^# @tokenwise\/plugin-long-answers\n/);
    expect(read("LICENSE")).toBe(readFileSync(new URL("../../../LICENSE", import.meta.url), "utf8"));
    expect(read("tsconfig.json")).toContain("../../tsconfig.base.json");
    for (const { path } of tree.listChanges())
      expect(path + tree.read(path, "utf8")!).not.toMatch(/package-name|part-name|partName/);
  });

  it("refuses a name and a kind that there cannot be, and a plugin that is there, with a code", async () => {
    const tree = createTreeWithEmptyWorkspace();
    await plugin(tree, { name: "long-answers", kind: "loss" });
    const before = tree.listChanges().length;
    const again = (name: string, kind: string) => expect(plugin(tree, { name, kind })).rejects;
    await again("long-answers", "loss").toThrow(/^TW_E_FOLDER_EXISTS: plugins\/long-answers/);
    await again("Long", "loss").toThrow(/^TW_E_PLUGIN_NAME: /);
    await again("short", "los").toThrow(/^TW_E_PLUGIN_KIND: /);
    expect(tree.listChanges()).toHaveLength(before);
  });
});
