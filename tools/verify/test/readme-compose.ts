import { compose, implicitReward, logistic } from "@tokenwise/kit";
import { epsilonBeta } from "@tokenwise/plugin-epsilon-dpo";
import { importanceWeights } from "@tokenwise/plugin-tis-dpo";

export const method = compose({
  weighter: importanceWeights(),
  beta: epsilonBeta({ beta: 0.1, epsilon: 0.05 }),
  scorer: implicitReward(),
  loss: logistic(),
});
