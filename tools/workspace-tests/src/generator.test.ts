import { afterAll, beforeAll, expect, it } from "vitest";
import { copyWorkspace, type WorkspaceCopy } from "./workspace-copy.ts";

let workspace: WorkspaceCopy;
beforeAll(() => {
  workspace = copyWorkspace();
});
afterAll(() => workspace.remove());

it("npx nx g makes an official plugin that passes lint, the compiler and the contract as it stands", () => {
  const made = workspace.run("nx", "g", "@tokenwise-tools/generators:plugin", "long-answers", "--kind=method");
  expect(made).toContain("CREATE plugins/long-answers/src/long-answers.ts");
  const done = workspace.run(
    "nx",
    "run-many",
    "-t",
    "lint",
    "typecheck",
    "test",
    "-p",
    "@tokenwise/plugin-long-answers",
  );
  expect(done).toMatch(/Successfully ran targets lint, typecheck, test for project @tokenwise\/plugin-long-answers/);
  const report = JSON.parse(workspace.read("plugins/long-answers/test-results.json")) as Record<string, unknown>;
  expect(report.numFailedTests).toBe(0);
  expect(report.numPassedTests).toBeGreaterThan(50);
}, 120_000);
