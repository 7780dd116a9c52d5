import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyWorkspace, type WorkspaceCopy } from "./workspace-copy.ts";

/** Files that import what they may or may not, by the place where they stand in the workspace. */
const files = {
  "plugins/epsilon-dpo/src/imports-kit.ts": 'export { TokenwiseError } from "@tokenwise/kit";',
  "plugins/epsilon-dpo/src/imports-core.ts": 'export * from "@tokenwise/core";',
  "plugins/epsilon-dpo/src/imports-core.test.ts": 'export * from "@tokenwise/core";',
  "plugins/epsilon-dpo/src/imports-plugin.ts": 'export * from "@tokenwise/plugin-other";',
  "plugins/epsilon-dpo/test/imports-plugin.test.ts": 'export * from "@tokenwise/plugin-other";',
  "packages/model/src/imports-core.ts": 'export * from "@tokenwise/core";',
  "packages/model/src/imports-wasm.ts": 'export { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";',
  "packages/model/src/imports-native.ts": 'export { loadAddon } from "@tokenwise/tfjs-backend-native";',
  "packages/model/src/imports-native-later.ts": 'export const load = () => import("@tokenwise/tfjs-backend-native");',
  "packages/core/src/imports-native.ts": 'export const load = () => import("@tokenwise/tfjs-backend-native");',
  "packages/model/src/imports-tensorflow.ts": 'export { add } from "@tensorflow/tfjs";',
  "packages/core/src/imports-plugin.ts": 'export * from "@tokenwise/plugin-other";',
  "packages/core/src/imports-wasm.ts": 'export { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";',
  "packages/core/src/imports-tensorflow.ts": 'export const tf = await import("@tensorflow/tfjs-core");',
  "packages/core/src/imports-undeclared.ts": 'export { parse } from "yaml";',
} as const;

let workspace: WorkspaceCopy;
/** The names of the rules that refuse each file. */
const refusals = new Map<string, string[]>();

beforeAll(() => {
  workspace = copyWorkspace();
  const plugin = JSON.parse(workspace.read("plugins/epsilon-dpo/package.json")) as object;
  workspace.write("plugins/other/package.json", JSON.stringify({ ...plugin, name: "@tokenwise/plugin-other" }));
  workspace.write("plugins/other/src/index.ts", "export const other = 1;\n");
  for (const [file, source] of Object.entries(files)) workspace.write(file, `${source}\n`);

  const output = workspace.run("eslint", "--format=json", "packages/core/package.json", ...Object.keys(files));
  for (const { filePath, messages } of JSON.parse(output) as { filePath: string; messages: { ruleId: string }[] }[]) {
    refusals.set(workspace.relative(filePath), [...new Set(messages.map(({ ruleId }) => ruleId))]);
  }
});
afterAll(() => workspace.remove());

const refused = (file: keyof typeof files) => refusals.get(file);

describe("lint", () => {
  it("lets a plugin import the kit, and its tests train with core", () => {
    expect(refused("plugins/epsilon-dpo/src/imports-kit.ts")).toEqual([]);
    expect(refused("plugins/epsilon-dpo/src/imports-core.test.ts")).toEqual([]);
  });

  it("refuses a plugin that imports core", () => {
    expect(refused("plugins/epsilon-dpo/src/imports-core.ts")).toEqual(["@nx/enforce-module-boundaries"]);
  });

  it("refuses a plugin that imports another plugin, even in its tests", () => {
    expect(refused("plugins/epsilon-dpo/src/imports-plugin.ts")).toEqual(["@nx/enforce-module-boundaries"]);
    expect(refused("plugins/epsilon-dpo/test/imports-plugin.test.ts")).toEqual(["@nx/enforce-module-boundaries"]);
  });

  it("refuses a package that imports a plugin, and model importing core", () => {
    expect(refused("packages/core/src/imports-plugin.ts")).toEqual(["@nx/enforce-module-boundaries"]);
    expect(refused("packages/model/src/imports-core.ts")).toEqual(["@nx/enforce-module-boundaries"]);
  });

  it("refuses a second import of TensorFlow.js, dynamic or in part", () => {
    expect(refused("packages/model/src/imports-tensorflow.ts")).toContain("no-restricted-imports");
    expect(refused("packages/core/src/imports-tensorflow.ts")).toContain("no-restricted-syntax");
  });

  it("lets model alone import the wasm backend", () => {
    expect(refused("packages/model/src/imports-wasm.ts")).toEqual([]);
    expect(refused("packages/core/src/imports-wasm.ts")).toContain("no-restricted-imports");
  });

  it("lets model alone import the native backend, when it is asked for", () => {
    expect(refused("packages/model/src/imports-native-later.ts")).toEqual([]);
    expect(refused("packages/model/src/imports-native.ts")).toContain("no-restricted-imports");
    expect(refused("packages/core/src/imports-native.ts")).toEqual(["@nx/enforce-module-boundaries"]);
  });

  it("refuses a package that imports what its package.json does not declare", () => {
    expect(refusals.get("packages/core/package.json")).toEqual(["@nx/dependency-checks"]);
  });
});
