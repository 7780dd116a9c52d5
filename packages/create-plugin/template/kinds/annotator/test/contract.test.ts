/** The laws that every part satisfies, and the numbers of this one. */
import { compose, constantBeta, forwardKl, implicitReward, listwise, tokenLogProb } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { partName, surprise } from "../src/index.ts";

/** One pair: responses of two tokens and of one. */
const given = (): Given => ({
  batch: batchOf([
    [
      { promptLength: 1, response: [3, 2] },
      { promptLength: 1, response: [2] },
    ],
  ]),
  values: [
    [tokenLogProb("policy"), tokenTable([[-1, -2], [-0.5]], 2, 0)],
    [tokenLogProb("reference"), tokenTable([[-2, -1], [-0.5]], 2, 0)],
    [forwardKl, tokenTable([[0, 0], [0]], 2, 0)],
    [surprise, tokenTable([[0, Math.LN2], [0]], 2, 0)],
  ],
});

methodContract(partName, {
  worked: [
    {
      name: "by hand: a token of probability ½ weighs ½; the score is 1 − ½",
      options: { sharpness: 1 },
      given,
      expect: { weights: { reward: [[1, 0.5], [1]] }, scores: [[0.5, 0]] },
    },
  ],
  neutral: [
    {
      options: { sharpness: 0 },
      equals: compose({ beta: constantBeta(), scorer: implicitReward({ divergence: 0.5 }), loss: listwise() }),
    },
  ],
});
