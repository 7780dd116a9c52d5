import { mergeConfig } from "vitest/config";
import { suite } from "../../tools/build/vitest.ts";

/** Every file on the best instruction set that the processor has (or that TFJS_NATIVE_ISA names); kernels' on the portable path too, with poisoned memory. */
export default mergeConfig(suite(), {
  test: {
    include: ["scripts/**/*.test.ts"],
    runner: "./test/addon-runner.ts",
    setupFiles: ["./test/wrong-calls.ts"],
    projects: [
      { extends: true, test: { name: "best" } },
      {
        extends: true,
        test: {
          name: "portable",
          exclude: ["test/**", "scripts/**", "src/{configure,threads}.test.ts", "src/memory/**"],
          setupFiles: ["./test/poison-memory.ts"],
          env: { TFJS_NATIVE_ISA: "portable" },
        },
      },
    ],
  },
});
