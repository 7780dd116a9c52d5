import { compose, implicitReward, logistic } from "@tokenwise/kit";
import { epsilonBeta } from "../src/index.ts";

export const method = compose({
  beta: epsilonBeta({ epsilon: 0.01 }),
  scorer: implicitReward({ divergence: 0.5 }),
  loss: logistic(),
});
