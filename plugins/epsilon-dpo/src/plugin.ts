import { plugin } from "@tokenwise/kit";
import { epsilonBeta } from "./epsilon-beta.ts";
import { epsilonDpo } from "./epsilon-dpo.ts";

export default plugin({
  name: "@tokenwise/plugin-epsilon-dpo",
  version: "0.1.0", // that of package.json; a test compares
  spec: 1,
  provides: [epsilonDpo, epsilonBeta],
});
