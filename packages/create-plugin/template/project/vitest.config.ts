import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    // TensorFlow.js takes seconds to load: once, not once a file.
    isolate: false,
  },
});
