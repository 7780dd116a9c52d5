/** How Stryker changes the plugin in whose folder it is started. */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const plugin = basename(process.cwd());

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  // Without what only lists, titles or words.
  mutate: ["src/**/*.ts", "!src/{index,plugin,paper,judge-prompt}.ts"],
  ignorers: ["words"],
  testRunner: "vitest-files",
  vitest: { configFile: here("plugin.config.ts"), related: false },
  plugins: ["@stryker-mutator/vitest-runner", here("ignored.mjs"), here("runner.mjs")],
  coverageAnalysis: "perTest",
  // In the copy that is changed tsconfig.json would look for the root elsewhere; that of this tool is found instead.
  disableTypeChecks: false, // nothing checks types here, and a readme shows files as they are
  ignorePatterns: ["dist", "coverage", "tsconfig.json"],
  tempDirName: here(`../work/${plugin}`),
  reporters: ["json", "progress-append-only"],
  jsonReporter: { fileName: here(`../work/${plugin}.json`) },
  timeoutMS: 30_000,
  allowConsoleColors: false,
};
