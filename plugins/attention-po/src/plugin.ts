import { plugin } from "@tokenwise/kit";
import { attentionPo, twDpo } from "./methods.ts";
import { attentionWeights, columnWeights } from "./token-weights.ts";

export default plugin({
  name: "@tokenwise/plugin-attention-po",
  version: "0.1.0", // that of package.json; a test compares
  spec: 1,
  provides: [attentionPo, twDpo, attentionWeights, columnWeights],
});
