import { afterEach, expect, inject, it, vi } from "vitest";
import { main } from "../src/main.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

async function run(...args: readonly string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const code = await main(args, (line) => lines.push(line));
  return { code, text: lines.join("\n") };
}

it.each([["--wrong"], ["--steps"]])("is used wrongly, and ends with 2: %s", async (argument) => {
  expect((await run(argument)).code).toBe(2);
});

it("explains itself, and ends with 0", async () => {
  expect(await run("--help")).toMatchObject({ code: 0, text: expect.stringContaining("--allow-cpu") as string });
});

it("where tensorflow does not start it ends with 3, and says how to get it", async () => {
  vi.stubEnv("TOKENWISE_TFJS_NODE", "/nowhere");
  const { code, text } = await run();
  expect(code).toBe(3);
  expect(text).toMatch(/^VERIFY_E_NO_TENSORFLOW: .*\n {2}hint: npm run build:tfjs-node/);
});

it.skipIf(!inject("backends").includes("tensorflow"))(
  "where tensorflow finds no GPU it ends with 3 (needs test:full, and TOKENWISE_TFJS_NODE: the folder that `npm run build:tfjs-node` makes)",
  async () => {
    vi.stubEnv("CUDA_VISIBLE_DEVICES", "-1");
    const { code, text } = await run();
    expect(code).toBe(3);
    expect(text).toMatch(/^VERIFY_E_NO_GPU: /);
  },
);
