/** The laws that every part satisfies, and the numbers of this one. */
import { compose, constantBeta, forwardKl, implicitReward, logistic, rewards, tf, tokenLogProb } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { partName } from "../src/index.ts";

/** Two pairs of one token a response; their rewards are 4 apart, and equal. */
const given = (): Given => ({
  batch: batchOf(
    [0, 1].map(() => [
      { promptLength: 1, response: [2] },
      { promptLength: 1, response: [2] },
    ]),
  ),
  values: [
    [tokenLogProb("policy"), tokenTable([[-1], [-1], [-1], [-1]], 1, 0)],
    [tokenLogProb("reference"), tokenTable([[-1], [-1], [-1], [-1]], 1, 0)],
    [forwardKl, tokenTable([[0], [0], [0], [0]], 1, 0)],
    [
      rewards,
      tf.tensor2d([
        [1, 5],
        [2, 2],
      ]),
    ],
  ],
});

methodContract(partName, {
  worked: [
    {
      name: "by hand: √4 and 0; the loss is the mean of 2 log 2 and 0",
      given,
      expect: { emphasis: [2, 0], loss: Math.LN2, metrics: { "part-name/gap": [4, 0] } },
    },
  ],
  neutral: [
    {
      options: { exponent: 0 },
      equals: compose({ beta: constantBeta(), scorer: implicitReward({ divergence: 0.5 }), loss: logistic() }),
    },
  ],
});
