import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folderName, requireCompiler, requirePlatform, requireReplaceable } from "../src/requirements.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const problem = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error;

it.each([
  { platform: "darwin", arch: "arm64" },
  { platform: "linux", arch: "arm64" },
  { platform: "win32", arch: "x64" },
])("$platform on $arch is refused, with what is here", (here) => {
  expect(() => requirePlatform(here)).toThrow(problem("BUILD_E_PLATFORM", `${here.platform} on ${here.arch}`));
});

it("Linux on x64 is taken", () => {
  expect(() => requirePlatform({ platform: "linux", arch: "x64" })).not.toThrow();
});

it("without a compiler the names that were tried are told", async () => {
  const empty = await temporaryFolder();
  await expect(requireCompiler({ PATH: empty })).rejects.toThrow(problem("BUILD_E_COMPILER", "g++, clang++, c++"));
  await expect(requireCompiler({ CXX: "my-compiler", PATH: empty })).rejects.toThrow(
    problem("BUILD_E_COMPILER", "my-compiler"),
  );
});

it("CXX names the compiler", async () => {
  expect(await requireCompiler({ CXX: process.execPath })).toBe(process.execPath);
});

it("only what was made here is replaced", async () => {
  const folder = await temporaryFolder();
  const output = join(folder, "made");
  expect(() => requireReplaceable(output)).not.toThrow();
  await mkdir(output);
  expect(() => requireReplaceable(output)).toThrow(problem("BUILD_E_OUTPUT", output));
  await writeFile(join(output, "package.json"), '{ "name": "something" }');
  expect(() => requireReplaceable(output)).toThrow(problem("BUILD_E_OUTPUT", output));
  await writeFile(join(output, "package.json"), `{ "name": "${folderName}" }`);
  expect(() => requireReplaceable(output)).not.toThrow();
});
