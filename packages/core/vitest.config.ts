import { suiteAlsoOnNative } from "../../tools/build/vitest.ts";

export default suiteAlsoOnNative([
  "test/{train,annotate,coupled,inspect,attributions,samples,sampling-runs}.test.ts",
  "src/loop/evaluate.test.ts",
]);
