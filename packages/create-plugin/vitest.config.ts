import { mergeConfig } from "vitest/config";
import { suite } from "../../tools/build/vitest.ts";

// The templates are plugins, whose tests pass as they stand.
export default mergeConfig(suite(), { test: { include: ["template/kinds/*/test/**/*.test.ts"] } });
