/** The one way a package of this workspace is tested: sibling packages resolve to their source, so that nothing has to be built first. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type {} from "vitest";
import { defineConfig } from "vitest/config";

const root = new URL("../../", import.meta.url);

interface BaseConfig {
  compilerOptions: { paths: Record<string, [string]> };
}

/** `paths` of tsconfig.base.json as aliases; a `*` there stands for one folder name. The first match wins, so the narrower pattern comes first. */
function sourceAliases() {
  const { compilerOptions } = JSON.parse(readFileSync(new URL("tsconfig.base.json", root), "utf8")) as BaseConfig;
  return Object.entries(compilerOptions.paths).map(([name, [path]]) => ({
    find: new RegExp(`^${name.replace("*", "([^/]+)")}$`),
    replacement: fileURLToPath(root) + path.replace("./", "").replace("*", "$1"),
  }));
}

declare module "vitest" {
  interface ProvidedContext {
    /** `inject("backends")`: those on which a suite of numbers runs. */
    backends: readonly ("cpu" | "wasm" | "tensorflow")[];
  }
}

/** `tensorflow` is a backend of `npm run test:full`, where TOKENWISE_TFJS_NODE names a folder that tools/build-tfjs-node made. */
const withTensorflow = process.env.TOKENWISE_FULL !== undefined && process.env.TOKENWISE_TFJS_NODE !== undefined;

/**
 * The results also go to test-results.json, from which `npm test` counts.
 *
 * Types are tested in `*.test-d.ts`; where there is none, no compiler starts.
 */
export const suite = () =>
  defineConfig({
    resolve: { alias: sourceAliases() },
    test: {
      include: ["src/**/*.test.ts", "test/**/*.test.ts"],
      typecheck: { enabled: true, include: ["src/**/*.test-d.ts", "test/**/*.test-d.ts"], tsconfig: "./tsconfig.json" },
      reporters: ["default", "json"],
      outputFile: { json: "test-results.json" },
      // TensorFlow.js takes seconds to load: once a worker, not once a file. So a file sets the backend that it needs, and leaves no tensors.
      isolate: false,
      provide: { backends: ["cpu", "wasm", ...(withTensorflow ? (["tensorflow"] as const) : [])] },
      testTimeout: 60_000,
      hookTimeout: 60_000,
      coverage: { provider: "v8", include: ["src/**"], exclude: ["src/**/*.test.ts", "src/**/*.test-d.ts"] },
    },
  });
