/** The laws that every part satisfies, and the numbers of this one. */
import { compose, constantBeta, implicitReward, listwise, tokenLogProb } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { partName } from "../src/index.ts";

/** One pair: responses of four tokens and of one. */
const given = (): Given => ({
  batch: batchOf([
    [
      { promptLength: 1, response: [3, 4, 3, 2] },
      { promptLength: 1, response: [2] },
    ],
  ]),
  values: [
    [tokenLogProb("policy"), tokenTable([[-1, -1, -1, -1], [-0.5]], 4, 0)],
    [tokenLogProb("reference"), tokenTable([[-2, -2, -2, -2], [-1]], 4, 0)],
  ],
});

const methodWith = (length: "sum" | "mean") =>
  compose({ beta: constantBeta(), scorer: implicitReward({ length }), loss: listwise() });

methodContract(partName, {
  worked: [{ name: "by hand: 4/√4 and 0.5/√1", given, expect: { scores: [[2, 0.5]] } }],
  neutral: [
    { options: { exponent: 0 }, equals: methodWith("sum") },
    { options: { exponent: 1 }, equals: methodWith("mean"), tolerance: 1e-6 },
  ],
});
