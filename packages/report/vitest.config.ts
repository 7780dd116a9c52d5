import { mergeConfig } from "vitest/config";
import { suite } from "../../tools/build/vitest.ts";

export default mergeConfig(suite(), {
  test: {
    include: ["page/**/*.test.ts"],
    globalSetup: "./page/ensure-built.ts",
    expect: { poll: { timeout: 20_000 } },
  },
});
