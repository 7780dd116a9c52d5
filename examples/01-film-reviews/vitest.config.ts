import { mergeConfig } from "vitest/config";
import { suite } from "../../tools/build/vitest.ts";

// The demonstration writes a page, whose script is a bundle.
export default mergeConfig(suite(), { test: { globalSetup: "../../packages/report/page/ensure-built.ts" } });
