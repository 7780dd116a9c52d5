import { plugin } from "@tokenwise/kit";
import { activationMasks, maPo } from "./ma-po.ts";
import { sparseMasks } from "./sparse-masks.ts";
import { sparsePo } from "./sparse-po.ts";

export default plugin({
  name: "@tokenwise/plugin-sparse-po",
  version: "0.1.0", // that of package.json; a test compares
  spec: 1,
  provides: [sparsePo, maPo, sparseMasks, activationMasks],
});
