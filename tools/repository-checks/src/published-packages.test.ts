import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { published, read, root } from "./repository.ts";

interface Manifest {
  name: string;
  license: string;
  peerDependencies?: Record<string, string>;
}

interface Packed {
  filename: string;
  files: { path: string }[];
}

const manifestOf = (folder: string) => JSON.parse(read(`${folder}/package.json`)) as Manifest;

/** What a package holds beside its build, its license and its readme: C++ sources and what compiles them where it is installed; templates. */
const beside: Readonly<Record<string, RegExp>> = {
  "packages/tfjs-backend-native":
    /^(native\/.+\.(cpp|h|inl|md)|scripts\/(build|build-addon|build-error|compiler|install|lock|sources)\.mjs|prebuilds\/.+\.node)$/,
  "packages/create-plugin": /^template\/(common|project|workspace|kinds\/[a-z-]+)\/.+\.(ts|json|md|yml)$|\/_gitignore$/,
};

describe.each(published)("%s, as published,", (folder) => {
  const manifest = manifestOf(folder);
  const output = mkdtempSync(join(tmpdir(), "tokenwise-pack-"));
  let packed: Packed;
  let tarball: string;

  beforeAll(() => {
    const report = execFileSync("npm", ["pack", "--json", "--pack-destination", output], { cwd: join(root, folder) });
    [packed] = JSON.parse(report.toString()) as [Packed];
    tarball = join(output, packed.filename);
  });
  afterAll(() => rmSync(output, { recursive: true }));

  it("holds its build, its license and its readme, and nothing else", () => {
    const others = packed.files
      .map(({ path }) => path)
      .filter((path) => !/^dist\/.+\.(js|js\.map|d\.ts|css|licenses\.txt)$/.test(path))
      .filter((path) => beside[folder]?.test(path) !== true);
    expect(others.sort()).toEqual(["LICENSE", "README.md", "package.json"]);
    expect(read(`${folder}/LICENSE`)).toBe(read("LICENSE"));
    expect(manifest.license).toBe("Apache-2.0");
  });

  it("is built from its own source alone: what it imports is installed beside it", () => {
    const dist = join(root, folder, "dist");
    const maps = readdirSync(dist).filter((file) => file.endsWith(".js.map"));
    const from = maps.flatMap(
      (file) => (JSON.parse(readFileSync(join(dist, file), "utf8")) as { sources: string[] }).sources,
    );
    expect(from.filter((source) => !source.startsWith("../src/"))).toEqual([]);
  });

  it("loads in plain Node", () => {
    const script = `const loaded = await import(${JSON.stringify(manifest.name)}); process.stdout.write(String(Object.keys(loaded).length));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: root,
      encoding: "utf8",
    });
    expect(Number(stdout), stderr).toBeGreaterThan(0);
  });

  it("has nothing for publint to say", async () => {
    const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer } });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("gives TypeScript the right types wherever an ES module imports it", async () => {
    const analysis = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
    const ofModules = (problem: Problem) =>
      !("resolutionKind" in problem) || !["node10", "node16-cjs"].includes(problem.resolutionKind);
    expect(analysis.types && analysis.problems.filter(ofModules)).toEqual([]);
  });
});

it("a plugin leaves the one copy of the kit to its user", () => {
  const plugins = published.filter((folder) => folder.startsWith("plugins/")).map(manifestOf);
  expect(plugins.filter(({ peerDependencies }) => peerDependencies?.["@tokenwise/kit"] === undefined)).toEqual([]);
});
