import { plugin } from "@tokenwise/kit";
import { importanceWeights } from "./importance-weights.ts";
import { tisDpo } from "./tis-dpo.ts";

export default plugin({
  name: "@tokenwise/plugin-tis-dpo",
  version: "0.1.0", // that of package.json; a test compares
  spec: 1,
  provides: [tisDpo, importanceWeights],
});
