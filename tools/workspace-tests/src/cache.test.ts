import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyWorkspace, type WorkspaceCopy } from "./workspace-copy.ts";

let workspace: WorkspaceCopy;
beforeAll(() => {
  workspace = copyWorkspace();
});
afterAll(() => workspace.remove());

const fromCache = /read the output from the cache/i;

describe("a task is run again", () => {
  it("never if nothing changed, and its outputs come back when they were deleted", () => {
    expect(workspace.run("nx", "build", "@tokenwise/kit")).not.toMatch(fromCache);
    const built = workspace.read("packages/kit/dist/index.js");
    workspace.delete("packages/kit/dist");

    expect(workspace.run("nx", "build", "@tokenwise/kit")).toMatch(fromCache);
    expect(workspace.read("packages/kit/dist/index.js")).toBe(built);
  });

  it("not to build a package of which only a test changed, but to build one whose source changed", () => {
    workspace.write("packages/kit/src/edited.test.ts", "export {};\n");
    expect(workspace.run("nx", "build", "@tokenwise/kit")).toMatch(fromCache);
    workspace.write("packages/kit/src/edited.ts", "export {};\n");
    expect(workspace.run("nx", "build", "@tokenwise/kit")).not.toMatch(fromCache);
  });

  it("not to test an unchanged package, whose report of tests comes back to be counted", () => {
    const report = "tools/scripts/test-results.json";
    workspace.run("nx", "test", "@tokenwise-tools/scripts");
    const written = workspace.read(report);
    workspace.delete(report);

    expect(workspace.run("nx", "test", "@tokenwise-tools/scripts")).toMatch(fromCache);
    expect(workspace.read(report)).toBe(written);
  });
});
