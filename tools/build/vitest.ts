/** The one way a package of this workspace is tested: sibling packages resolve to their source, so that nothing has to be built first. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = new URL("../../", import.meta.url);

interface BaseConfig {
  compilerOptions: { paths: Record<string, [string]> };
}

/** `paths` of tsconfig.base.json as exact aliases. */
function sourceAliases() {
  const { compilerOptions } = JSON.parse(readFileSync(new URL("tsconfig.base.json", root), "utf8")) as BaseConfig;
  return Object.entries(compilerOptions.paths).map(([name, [path]]) => ({
    find: new RegExp(`^${name}$`),
    replacement: fileURLToPath(new URL(path, root)),
  }));
}

export const suite = () =>
  defineConfig({
    resolve: { alias: sourceAliases() },
    test: {
      include: ["src/**/*.test.ts", "test/**/*.test.ts"],
      typecheck: { enabled: true, include: ["src/**/*.test-d.ts", "test/**/*.test-d.ts"], tsconfig: "./tsconfig.json" },
      testTimeout: 60_000,
      coverage: { provider: "v8", include: ["src/**"] },
    },
  });
