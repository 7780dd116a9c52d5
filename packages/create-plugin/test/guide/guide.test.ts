import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

it.each(["src/prefix-kl.ts", "test/prefix-kl.test.ts"])(
  "the guide shows %s as it is compiled and tested here",
  (file) => {
    expect(read("../../../../docs/guides/from-paper-to-plugin.md")).toContain(`\`\`\`ts\n${read(file)}\`\`\``);
  },
);
