import { mergeConfig } from "vitest/config";
import { suite } from "../../tools/build/vitest.ts";

export default mergeConfig(suite(), {
  test: { include: ["scripts/**/*.test.ts"], runner: "./test/addon-runner.ts" },
});
