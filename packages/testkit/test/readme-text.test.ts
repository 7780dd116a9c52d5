import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

it("the readme shows the method and the declaration that are tested here", () => {
  const readme = text("../README.md");
  expect(readme).toContain(text("readme-gap-dpo.ts").trimEnd());
  const test = text("readme.test.ts")
    .trimEnd()
    .replace("./readme-gap-dpo.ts", "./gap-dpo.ts")
    .replace("../src/index.ts", "@tokenwise/testkit")
    .replace("../src/vitest.ts", "@tokenwise/testkit/vitest");
  expect(readme).toContain(test);
});
