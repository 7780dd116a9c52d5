import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, it } from "vitest";

const runs = process.env.TOKENWISE_FULL !== undefined && inject("backends").includes("native");

describe.runIf(runs && process.env.TFJS_NATIVE_SANITIZED === undefined)("npm run test:asan (in test:full)", () => {
  it("finds nothing to complain of", { timeout: 1_800_000 }, () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [fileURLToPath(new URL("test-asan.mjs", import.meta.url))],
      {
        encoding: "utf8",
        maxBuffer: 2 ** 28,
      },
    );
    expect(status, `${stdout}\n${stderr}`.slice(-5000)).toBe(0);
  });
});
