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

type Backend = "cpu" | "wasm" | "tensorflow" | "native";

declare module "vitest" {
  interface ProvidedContext {
    /** `inject("backends")`: those on which a suite of numbers runs. */
    backends: readonly Backend[];
    /** The one of a suite that runs on one at a time. */
    engine: Backend;
  }
}

/** Builds the addon of `native` where its sources changed, and adds that backend where there is a compiler. */
const nativeBackend = fileURLToPath(new URL("packages/tfjs-backend-native/test/ensure-built.ts", root));

const addonRunner = fileURLToPath(new URL("packages/tfjs-backend-native/test/addon-runner.ts", root));

/** `tensorflow` is a backend of `npm run test:full`, where TOKENWISE_TFJS_NODE names a folder that tools/build-tfjs-node made. */
const withTensorflow = process.env.TOKENWISE_FULL !== undefined && process.env.TOKENWISE_TFJS_NODE !== undefined;

const resolve = { alias: sourceAliases() };

/** Types are tested in `*.test-d.ts`; where there is none, no compiler starts. */
const tests = {
  include: ["src/**/*.test.ts", "test/**/*.test.ts"],
  typecheck: { enabled: true, include: ["src/**/*.test-d.ts", "test/**/*.test-d.ts"], tsconfig: "./tsconfig.json" },
  // TensorFlow.js takes seconds to load: once a worker, not once a file. So a file sets the backend that it needs, and leaves no tensors.
  isolate: false,
  globalSetup: [nativeBackend],
  provide: {
    backends: ["cpu", "wasm", ...(withTensorflow ? (["tensorflow"] as const) : [])] satisfies Backend[],
    engine: "cpu" as Backend,
  },
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

/** The results also go to test-results.json, from which `npm test` counts. */
const reports = () => ({
  reporters: ["default", "json"],
  outputFile: { json: "test-results.json" },
  coverage: { provider: "v8" as const, include: ["src/**"], exclude: ["src/**/*.test.ts", "src/**/*.test-d.ts"] },
});

export const suite = () => defineConfig({ resolve, test: { ...tests, ...reports() } });

const onTensorflow = (include: string[]) => ({
  resolve,
  test: {
    ...tests,
    name: "tensorflow",
    include,
    typecheck: { enabled: false },
    provide: { ...tests.provide, engine: "tensorflow" as Backend },
  },
});

/**
 * A suite of which some files run once more on `native`; where its addon cannot be built, each of them is a skipped test. Where
 * `tensorflow` is a backend of the run, they run on it too.
 *
 * @param include  those whose tests compute on `inject("engine")`
 */
export const suiteAlsoOnNative = (include: string[]) =>
  defineConfig({
    test: {
      ...reports(),
      projects: [
        { resolve, test: { ...tests, name: "cpu" } },
        {
          resolve,
          test: {
            ...tests,
            name: "native",
            include,
            typecheck: { enabled: false },
            runner: addonRunner,
            provide: { ...tests.provide, engine: "native" },
          },
        },
        ...(withTensorflow ? [onTensorflow(include)] : []),
      ],
    },
  });
