import { compose, constantBeta, implicitReward, plackettLuce } from "@tokenwise/kit";
import { groupTargets } from "../src/index.ts";

export const method = compose({
  targets: groupTargets({ targets: { kind: "kde" } }),
  beta: constantBeta({ beta: 2 }),
  scorer: implicitReward({ length: "mean" }),
  loss: plackettLuce({ places: 3 }),
});
