/** The laws that every part satisfies, and the numbers of this one. */
import { forwardKl, tokenLogProb } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { partName } from "../src/index.ts";

/** Two pairs of one token a response; their gaps are 0.5 and 3. */
const given = (): Given => ({
  batch: batchOf(
    [0, 1].map(() => [
      { promptLength: 1, response: [2] },
      { promptLength: 1, response: [2] },
    ]),
  ),
  values: [
    [tokenLogProb("policy"), tokenTable([[-1], [-1], [-0.5], [-4]], 1, 0)],
    [tokenLogProb("reference"), tokenTable([[-1.5], [-1], [-1], [-1.5]], 1, 0)],
    [forwardKl, tokenTable([[0], [0], [0], [0]], 1, 0)],
  ],
});

methodContract(partName, {
  worked: [
    {
      name: "by hand: a gap above the mean by 0.25, and one by more than 1",
      given,
      states: { "part-name": { mean: 0.25 } },
      expect: {
        beta: [0.1 * Math.exp(0.25), 0.1 * Math.E],
        metrics: { "part-name/gap": [0.5, 3] },
        states: { "part-name": { mean: 0.9 * 0.25 + 0.1 * 1.75 } },
      },
    },
  ],
});
