import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

const source = fileURLToPath(new URL("..", import.meta.url));
const project = realpathSync(mkdtempSync(join(tmpdir(), "tfjs-backend-native-")));
/** As it is installed: without its TypeScript, beside what it depends on. */
const installed = join(project, "node_modules/@tokenwise/tfjs-backend-native");

/** A small source stands for the real ones, which take their time. */
const file = join(installed, "native/module.cpp");

interface Result {
  readonly code: number | null;
  readonly output: string;
}

const run = (script: string, env: Readonly<Record<string, string>> = {}): Promise<Result> =>
  new Promise((resolve) => {
    let output = "";
    const child = spawn(process.execPath, [join(installed, "scripts", script)], { env: { ...process.env, ...env } });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += String(data)));
    child.on("close", (code) => resolve({ code, output }));
  });

beforeAll(() => {
  cpSync(join(source, "scripts"), join(installed, "scripts"), { recursive: true });
  cpSync(join(source, "package.json"), join(installed, "package.json"));
  for (const name of ["node-api-headers", "node-gyp-build"])
    symlinkSync(
      dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)),
      join(project, "node_modules", name),
    );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "#include <node_api.h>\nNAPI_MODULE_INIT() {\n  (void)env;\n  return exports;\n}\n");
});
afterAll(() => rmSync(project, { recursive: true }));

const addon = join(installed, "build/Release/tfjs_backend_native.node");

describe("without a C++ compiler", () => {
  it("the install says so in one line, with what to do, and does not fail", async () => {
    for (const env of [{ CXX: "/nonexistent" }, { CXX: "", PATH: "" }]) {
      const { code, output } = await run("install.mjs", env);
      expect(code).toBe(0);
      expect(output.trim().split("\n")).toHaveLength(1);
      expect(output).toMatch(/was not compiled.*ERR_NATIVE_NO_COMPILER.*npx tfjs-backend-native-build/);
    }
    expect(existsSync(addon)).toBe(false);
  });

  it("the command that compiles fails with a code, and tells which packages bring a compiler", async () => {
    const { code, output } = await run("build.mjs", { CXX: "/nonexistent" });
    expect([code, output]).toEqual([1, expect.stringMatching(/^ERR_NATIVE_NO_COMPILER: .*\n.*apt-get install g\+\+/)]);
  });
});

describe("without what it is compiled from", () => {
  it.each([
    ["node_modules/node-api-headers", "ERR_NATIVE_NO_HEADERS"],
    ["node_modules/@tokenwise/tfjs-backend-native/native", "ERR_NATIVE_NO_SOURCES"],
  ])("%s, the command fails with a code of its own", async (path, expected) => {
    renameSync(join(project, path), join(project, "aside"));
    const { code, output } = await run("build.mjs");
    renameSync(join(project, "aside"), join(project, path));
    expect([code, output]).toEqual([1, expect.stringMatching(new RegExp(`^${expected}: `))]);
  });
});

describe.skipIf(!inject("backends").includes("native"))("with a C++ compiler", () => {
  it("the install compiles once, however many processes ask at the same time, and again only what changed", async () => {
    const results = await Promise.all(Array.from({ length: 4 }, () => run("install.mjs")));
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(results.filter(({ output }) => output.includes("compiled"))).toHaveLength(1);
    expect((await run("install.mjs")).output).toBe("");
    expect(readdirSync(join(installed, "build/Release")).sort()).toEqual([
      "made-of",
      "objects",
      "tfjs_backend_native.node",
    ]);
    expect(() => createRequire(import.meta.url)(addon) as unknown).not.toThrow();
  });

  it("a prebuilt addon is taken in place of compiling, and one compiled here before a prebuilt one", async () => {
    const { output } = await run("prebuild.mjs");
    expect(output).toMatch(
      new RegExp(`prebuilds/${process.platform}-${process.arch}/tfjs-backend-native\\.napi.*\\.node`),
    );
    const { resolve } = createRequire(import.meta.url)("node-gyp-build") as { resolve: (folder: string) => string };
    expect(resolve(installed)).toBe(addon);
    rmSync(join(installed, "build"), { recursive: true });
    expect(await run("install.mjs", { CXX: "/nonexistent" })).toEqual({ code: 0, output: "" });
    expect(resolve(installed)).toContain("prebuilds");
  });

  it("a source that does not compile is told in one line by the install, and whole by the command", async () => {
    rmSync(join(installed, "prebuilds"), { recursive: true });
    writeFileSync(file, "#include <node_api.h>\nnonsense\n");
    const install = await run("install.mjs");
    expect([install.code, install.output.trim().split("\n").length]).toEqual([0, 1]);
    const { code, output } = await run("build.mjs");
    expect([code, output]).toEqual([1, expect.stringMatching(/^ERR_NATIVE_COMPILER: native.module\.cpp/)]);
  });
});
