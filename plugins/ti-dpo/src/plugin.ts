import { plugin } from "@tokenwise/kit";
import { attributionWeights } from "./attribution-weights.ts";
import { tiDpo } from "./ti-dpo.ts";
import { triplet } from "./triplet.ts";

export default plugin({
  name: "@tokenwise/plugin-ti-dpo",
  version: "0.1.0", // that of package.json; a test compares
  spec: 1,
  provides: [tiDpo, attributionWeights, triplet],
});
