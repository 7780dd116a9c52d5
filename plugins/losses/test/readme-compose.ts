import { constantBeta, supervised, type Method } from "@tokenwise/kit";
import { bcoLoss, fDivergence, lengthDesensitized, sigmoidLoss, wpoWeight } from "../src/index.ts";

const scorer = fDivergence({ divergence: "jensen-shannon" });
export const mixed: Method = {
  weighter: lengthDesensitized({ alpha: 0.5 }),
  emphasis: wpoWeight(),
  beta: constantBeta({ beta: 0.1 }),
  objectives: [
    { scorer, loss: sigmoidLoss(), weight: 0.8 },
    { scorer, loss: bcoLoss(), weight: 0.2 },
  ],
  auxiliaries: [supervised({ weight: 1 })],
};
