/** The laws that every part satisfies (the gradient by finite differences among them), and the numbers of this one. */
import { tokenLogProb } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { partName } from "../src/index.ts";

/** A pair of one token a response; the scores are 3 and −2. */
const given = (): Given => ({
  batch: batchOf([
    [
      { promptLength: 1, response: [2] },
      { promptLength: 1, response: [2] },
    ],
  ]),
  values: [
    [tokenLogProb("policy"), tokenTable([[-1], [-4]], 1, 0)],
    [tokenLogProb("reference"), tokenTable([[-4], [-2]], 1, 0)],
  ],
});

methodContract(partName, {
  worked: [
    {
      name: "by hand: h = 0.1 · 5, ℓ = (0.5 − 2)², ∂ℓ/∂s = ±2 · 0.1 · (0.5 − 2)",
      options: { target: 2 },
      given,
      expect: { losses: [2.25], gradient: [[-0.3], [0.3]] },
    },
  ],
});
