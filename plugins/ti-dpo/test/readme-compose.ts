import { compose, constantBeta, implicitReward, logistic } from "@tokenwise/kit";
import { attributionWeights } from "../src/index.ts";

export const method = compose({
  weighter: attributionWeights({ lambda: 0.7, priorDivisor: 4, span: "response" }),
  beta: constantBeta({ beta: 0.1 }),
  scorer: implicitReward({ length: "mean" }),
  loss: logistic(),
});
