import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { main } from "../src/main.ts";
import { temporaryFolder } from "./temporary-folder.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

async function run(...args: readonly string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const code = await main(args, (line) => lines.push(line));
  return { code, text: lines.join("\n") };
}

it.each([["--wrong"], ["--output"], ["operand"]])("is used wrongly, and ends with 2: %s", async (argument) => {
  expect((await run(argument)).code).toBe(2);
});

it("explains itself, and ends with 0", async () => {
  const { code, text } = await run("--help");
  expect(code).toBe(0);
  expect(text).toContain("--cuda");
});

it.runIf(process.platform === "linux" && process.arch === "x64")(
  "without a compiler it ends with 1, before anything is downloaded, and says what to install",
  async () => {
    const folder = await temporaryFolder();
    vi.stubEnv("CXX", join(folder, "no-compiler"));
    const { code, text } = await run("--output", join(folder, "made"));
    expect(code).toBe(1);
    expect(text).toMatch(/^BUILD_E_COMPILER: .*no-compiler\n {2}hint: install g\+\+/);
  },
);
