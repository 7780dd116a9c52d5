/** The laws that every part satisfies, and the numbers of this one. */
import { compose, constantBeta, forwardKl, implicitReward, listwise, tokenLogProb } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { partName } from "../src/index.ts";

/** One pair: responses of three tokens and of one. */
const given = (): Given => ({
  batch: batchOf([
    [
      { promptLength: 1, response: [3, 4, 2] },
      { promptLength: 1, response: [2] },
    ],
  ]),
  values: [
    [tokenLogProb("policy"), tokenTable([[-1, -2, -1], [-0.5]], 3, 0)],
    [tokenLogProb("reference"), tokenTable([[-2, -1, -2], [-0.5]], 3, 0)],
    [forwardKl, tokenTable([[0, 0, 0], [0]], 3, 0)],
  ],
});

methodContract(partName, {
  worked: [
    {
      name: "by hand: 1, ½, ¼; the score is 1 − ½ + ¼",
      options: { decay: 0.5 },
      given,
      expect: { weights: { reward: [[1, 0.5, 0.25], [1]] }, scores: [[0.75, 0]] },
    },
  ],
  neutral: [
    {
      options: { decay: 1 },
      equals: compose({ beta: constantBeta(), scorer: implicitReward({ divergence: 0.5 }), loss: listwise() }),
    },
  ],
});
