import { plugin } from "@tokenwise/kit";
import { adaptiveTemperature } from "./adaptive-temperature.ts";
import { adpo } from "./adpo.ts";
import { groupTargets } from "./group-targets.ts";

export default plugin({
  name: "@tokenwise/plugin-adpo",
  version: "0.1.0", // that of package.json; a test compares
  spec: 1,
  provides: [adpo, groupTargets, adaptiveTemperature],
});
