import { compose, constantBeta, forwardKl, implicitReward, listwise, tokenLogProb } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { prefixKl } from "../src/prefix-kl.ts";

/** One pair: responses of two tokens and of one. */
const given = (): Given => ({
  batch: batchOf([
    [
      { promptLength: 1, response: [3, 2] },
      { promptLength: 1, response: [2] },
    ],
  ]),
  values: [
    [tokenLogProb("policy"), tokenTable([[-1, -2], [-3]], 2, 0)],
    [tokenLogProb("reference"), tokenTable([[-2, -2], [-2]], 2, 0)],
    [forwardKl, tokenTable([[0.25, 0.5], [0.1]], 2, 0)],
  ],
});

methodContract(prefixKl, {
  worked: [
    {
      name: "by hand: 1 + ½ (0.25 + 0.5), and −1 + ½ · 0.1",
      options: { alpha: 0.5 },
      given,
      expect: { scores: [[1.375, -0.95]], metrics: { "prefix-kl/kl": [0.75, 0.1] } },
    },
  ],
  neutral: [
    {
      options: { alpha: 0 },
      equals: compose({ beta: constantBeta(), scorer: implicitReward(), loss: listwise() }),
    },
  ],
});
