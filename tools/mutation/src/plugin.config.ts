/** How the tests of a plugin run here: on one backend, without the tests that train whole models. */
import { defineConfig } from "vitest/config";
import { suite } from "../../build/vitest.ts";

const { resolve = {}, test } = suite();

export default defineConfig({
  resolve,
  test: {
    ...test,
    include: ["test/**/*.test.ts"],
    exclude: ["test/trained.test.ts"],
    typecheck: { enabled: false },
    globalSetup: [],
    provide: { backends: ["cpu"], engine: "cpu" },
    reporters: [],
    coverage: { enabled: false },
  },
});
