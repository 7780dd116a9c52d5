import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { copyWorkspace, type WorkspaceCopy } from "./workspace-copy.ts";

let workspace: WorkspaceCopy;
beforeAll(() => {
  workspace = copyWorkspace();
});
beforeEach(() => workspace.restore());
afterAll(() => workspace.remove());

const affected = () =>
  (JSON.parse(workspace.run("nx", "show", "projects", "--affected", "--base=HEAD", "--json")) as string[]).sort();

/** What depends on a package by the manifests alone, through others too, and the package itself. */
function withDependents(name: string): string[] {
  const found = new Set([name]);
  for (const known of found) {
    for (const { name, dependencies, devDependencies, peerDependencies, optionalDependencies } of workspace.manifests())
      if (known in { ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies })
        found.add(name);
  }
  return [...found].sort();
}

/** These read every file of the repository, so every edit concerns them. */
const repositoryChecks = "@tokenwise-tools/repository-checks";
/** These pack every package, combine what all of them provide, or mutate every plugin, so every edit of one concerns them. */
const ofAllPackages = ["@tokenwise-tools/combinations", "@tokenwise-tools/mutation", "@tokenwise-tools/package-tests"];

/** All that an edit of a package concerns. */
const concernedBy = (name: string): string[] =>
  [...new Set([...ofAllPackages, repositoryChecks, ...withDependents(name)])].sort();

describe("an edit", () => {
  it("in a plugin affects that plugin and its dependents, no package and no other plugin", () => {
    workspace.write("plugins/epsilon-dpo/src/edited.ts", "export {};\n");
    const names = affected();
    expect(names).toEqual(concernedBy("@tokenwise/plugin-epsilon-dpo"));
    expect(names.filter((name) => name.startsWith("@tokenwise/"))).toEqual(["@tokenwise/plugin-epsilon-dpo"]);
  });

  it("in the kit affects everything that is made with it", () => {
    workspace.write("packages/kit/src/edited.ts", "export {};\n");
    const names = affected();
    expect(names).toEqual(concernedBy("@tokenwise/kit"));
    expect(names).toEqual(
      expect.arrayContaining(["@tokenwise/core", "@tokenwise/cli", "@tokenwise/plugin-epsilon-dpo"]),
    );
  });

  it("of a C++ source affects everything that computes on it", () => {
    workspace.write("packages/tfjs-backend-native/native/edited.cpp", "// edited\n");
    expect(affected()).toEqual(concernedBy("@tokenwise/tfjs-backend-native"));
  });

  it("of a page of documentation affects the repository checks alone", () => {
    workspace.write("docs/page.md", "# A page\n");
    expect(affected()).toEqual([repositoryChecks]);
  });

  it("of the lint rules, the compiler's options or the lockfile affects every package", () => {
    for (const file of ["eslint.config.ts", "tsconfig.base.json", "package-lock.json"]) {
      workspace.restore();
      workspace.write(file, `${workspace.read(file)}\n`);
      const names = workspace.manifests().map(({ name }) => name);
      expect(affected(), file).toEqual(names.sort());
    }
  });
});
