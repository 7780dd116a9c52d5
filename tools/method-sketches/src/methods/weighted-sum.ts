import { constantBeta, implicitReward, logistic, supervised, type Method } from "@tokenwise/kit";
import { binaryClassifier } from "./bco.ts";

/** 0.8 DPO + 0.2 BCO + supervised: MPO. */
export const mpo = ({ beta = 0.1 } = {}): Method => ({
  beta: constantBeta({ beta }),
  objectives: [
    { scorer: implicitReward(), loss: logistic(), weight: 0.8 },
    { scorer: implicitReward(), loss: binaryClassifier(), weight: 0.2 },
  ],
  auxiliaries: [supervised()],
});

/** DPO + supervised: RPO. */
export const rpo = ({ beta = 0.1 } = {}): Method => ({
  beta: constantBeta({ beta }),
  objectives: [{ scorer: implicitReward(), loss: logistic() }],
  auxiliaries: [supervised()],
});
