import { mergeConfig } from "vitest/config";
import { suite } from "../../tools/build/vitest.ts";

// Runs write their page, whose script is a bundle.
export default mergeConfig(suite(), { test: { globalSetup: "../report/page/ensure-built.ts" } });
