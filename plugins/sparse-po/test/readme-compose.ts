import { compose, constantBeta, implicitReward, logistic } from "@tokenwise/kit";
import { sparseMasks } from "../src/index.ts";

export const method = compose({
  weighter: sparseMasks({ masks: "reward", init: "positive" }),
  beta: constantBeta({ beta: 0.1 }),
  scorer: implicitReward(), // DPO's
  loss: logistic(),
});
