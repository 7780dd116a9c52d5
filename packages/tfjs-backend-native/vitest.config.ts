import { mergeConfig } from "vitest/config";
import { suite } from "../../tools/build/vitest.ts";

export default mergeConfig(suite(), { test: { globalSetup: "./test/ensure-built.ts" } });
