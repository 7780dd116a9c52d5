import { plugin } from "@tokenwise/kit";
import { tdpo } from "./tdpo.ts";
import { tdpoScore } from "./tdpo-score.ts";

export default plugin({
  name: "@tokenwise/plugin-tdpo",
  version: "0.1.0", // that of package.json; a test compares
  spec: 1,
  provides: [tdpo, tdpoScore],
});
