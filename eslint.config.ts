/** Lint rules of the workspace: strict TypeScript, and the one direction in which packages may depend on one another. */
import eslint from "@eslint/js";
import { createProjectGraphAsync } from "@nx/devkit";
import nx from "@nx/eslint-plugin";
import type { ESLint, Linter } from "eslint";
import { defineConfig, globalIgnores } from "eslint/config";
import json from "jsonc-eslint-parser";
import typescript from "typescript-eslint";

// The boundary rule is silently skipped where nx has no project graph yet: on a fresh clone, when ESLint is not started by nx.
if (process.env.NX_TASK_TARGET_PROJECT === undefined) await createProjectGraphAsync();

const tests = ["**/*.test.ts", "**/*.test-d.ts", "**/test/**/*.ts"];

/** Which kinds of package (`nx.tags` in package.json) each kind may import: kit ← {model, data} ← core ← testkit ← cli. */
const layers = {
  kit: [],
  model: ["kit", "backend"],
  data: ["kit"],
  core: ["kit", "model", "data"],
  testkit: ["kit", "model", "data", "core"],
  report: ["kit"],
  sweep: ["kit", "model", "data", "core", "testkit"], // the last in tests
  cli: ["kit", "model", "data", "core", "testkit", "report", "sweep"],
  create: [],
  backend: [],
  plugin: ["kit"],
  example: ["kit", "model", "data", "core", "testkit", "report", "sweep", "cli", "plugin"],
  tool: ["kit", "model", "data", "core", "testkit", "report", "sweep", "cli", "create", "plugin", "example", "tool"],
} satisfies Record<string, string[]>;

const boundaries = (allowed: Record<string, string[]>): Linter.RuleEntry => [
  "error",
  {
    depConstraints: Object.entries(allowed).map(([kind, kinds]) => ({
      sourceTag: `type:${kind}`,
      onlyDependOnLibsWithTags: kinds.map((other) => `type:${other}`),
      ...(kind === "backend" && {
        allowedExternalImports: [
          "@tensorflow/*",
          "node-*",
          "esbuild",
          "vitest",
          "vitest/*",
          "fast-check",
          "jasmine-core",
          "jasmine-core/**",
        ],
      }),
    })),
  },
];

const optionalBackend = {
  regex: "^@tokenwise/tfjs-backend-native$",
  message: "Import it when it is asked for: it is an optional dependency.",
};

/** Refuses imports of TensorFlow.js, static and dynamic, except of the module named. */
const tensorflowOnlyAs = (allowed?: string): Linter.RulesRecord => {
  const pattern = `^@tensorflow/(?!${allowed ?? ""}$)`;
  const message = 'Import { tf } from "@tokenwise/kit": a second import may load a second engine, without gradients.';
  return {
    "no-restricted-imports": ["error", { patterns: [{ regex: pattern, message }, optionalBackend] }],
    "no-restricted-syntax": [
      "error",
      { selector: `ImportExpression[source.value=/${pattern.replace("/", "\\/")}/]`, message },
    ],
  };
};

export default defineConfig(
  globalIgnores([
    "packages/tfjs-backend-native/build",
    "packages/create-plugin/template/{common,project,workspace}", // of projects elsewhere, where a test checks them
    "**/dist/",
    "**/coverage/",
    "**/.nx/",
    "{examples/*,tools/mutation}/work",
  ]),
  {
    linterOptions: { noInlineConfig: true },
    plugins: { "@nx": nx as unknown as ESLint.Plugin }, // typed against an earlier ESLint,
  },
  {
    files: ["**/*.ts", "**/*.tsx", "**/*.mjs"],
    extends: [
      eslint.configs.recommended,
      typescript.configs.strictTypeChecked,
      typescript.configs.stylisticTypeChecked,
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "no-undef": "off", // the compiler's, also for .mjs
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "@nx/enforce-module-boundaries": boundaries(layers),
      ...tensorflowOnlyAs(),
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true, allowArray: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-spread": ["error", { allow: ["string"] }],
      "@typescript-eslint/no-generated-empty-object-type": "off", // Record<never, never>: a part without options
      // Slow, and about enums and look-alikes of class instances, which are not here.
      "@typescript-eslint/no-unsafe-enum-assignment": "off",
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      // A loop over a typed array knows its bounds; noUncheckedIndexedAccess does not.
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  { files: ["packages/kit/src/tensorflow.ts"], rules: tensorflowOnlyAs("tfjs") },
  { files: ["packages/model/**", "packages/kit/test/**"], rules: tensorflowOnlyAs("tfjs-backend-wasm") },
  {
    name: "the native backend is TensorFlow.js's alone",
    files: ["packages/tfjs-backend-native/**"],
    rules: { "no-restricted-imports": "off", "no-restricted-syntax": "off" },
  },
  {
    name: "the tests of a plugin train with it",
    files: tests.map((pattern) => `plugins/*/${pattern}`),
    rules: {
      "@nx/enforce-module-boundaries": boundaries({ ...layers, plugin: [...layers.testkit, "testkit", "tool"] }),
    },
  },
  {
    name: "templates are plugins with their tests",
    files: ["packages/create-plugin/{template,test}/**/*.ts"],
    rules: { "@nx/enforce-module-boundaries": boundaries({ ...layers, create: [...layers.testkit, "testkit"] }) },
  },
  {
    name: "type tests hold what must not compile, and declare what they never use",
    files: ["**/*.test-d.ts"],
    extends: [typescript.configs.disableTypeChecked],
    rules: { "@typescript-eslint/no-unused-vars": "off", "@typescript-eslint/no-unused-expressions": "off" },
  },
  {
    name: "build and test configurations share tools/build, before anything is built",
    files: ["**/*.config.ts"],
    rules: { "@nx/enforce-module-boundaries": "off" },
  },
  {
    name: "what a published package imports, it declares",
    files: ["{packages,plugins}/*/package.json"],
    languageOptions: { parser: json },
    rules: {
      "@nx/dependency-checks": [
        "error",
        {
          // Loaded by require.
          ignoredDependencies: [
            ...["node-api-headers", "node-gyp-build"],
            ...["@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"],
          ],
          ignoredFiles: [
            "{projectRoot}/*.config.ts",
            "{projectRoot}/page/**", // bundled when the package is built
            "{projectRoot}/template/**", // of other projects
            ...tests.map((pattern) => `{projectRoot}/${pattern}`),
          ],
        },
      ],
    },
  },
);
