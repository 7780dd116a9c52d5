import { mergeConfig } from "vitest/config";
import { suite } from "../../tools/build/vitest.ts";

/** Every file on the best instruction set that the processor has (or that TFJS_NATIVE_ISA names); the sources' tests on the portable path too. */
export default mergeConfig(suite(), {
  test: {
    include: ["scripts/**/*.test.ts"],
    runner: "./test/addon-runner.ts",
    projects: [
      { extends: true, test: { name: "best" } },
      {
        extends: true,
        test: { name: "portable", exclude: ["test/**", "scripts/**"], env: { TFJS_NATIVE_ISA: "portable" } },
      },
    ],
  },
});
