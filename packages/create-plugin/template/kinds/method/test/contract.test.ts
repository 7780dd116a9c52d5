/** The laws that every method satisfies, and the numbers of this one. */
import { tokenLogProb } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { partName, partNameBeta } from "../src/index.ts";

/** One pair: responses of three tokens and of one; the scores are 1 and 0. */
const given = (): Given => ({
  batch: batchOf([
    [
      { promptLength: 1, response: [3, 4, 2] },
      { promptLength: 1, response: [2] },
    ],
  ]),
  values: [
    [tokenLogProb("policy"), tokenTable([[-1, -1, -1], [-0.5]], 3, 0)],
    [tokenLogProb("reference"), tokenTable([[-2, -1, -1], [-0.5]], 3, 0)],
  ],
});

methodContract(partName, {
  options: [{ length: 3 }],
  worked: [
    {
      name: "by hand: β = 0.1 · 20 / 2, and −log σ(1)",
      given,
      expect: { beta: [1], losses: [Math.log1p(Math.exp(-1))] },
    },
  ],
});

methodContract(partNameBeta);
