import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { describeNative, threadCount } from "./index.ts";

it("tells which file was loaded, what it computes with and what its pool holds", () => {
  const { file, origin, instructionSet, instructionSets, threads, precision, pool } = describeNative();
  expect(existsSync(file)).toBe(true);
  expect(["compiled", "prebuilt"]).toContain(origin);
  expect(instructionSets).toContain(instructionSet);
  expect([threads, precision]).toEqual([threadCount(), "f32"]);
  expect(pool.limitBytes).toBeGreaterThan(0);
});
