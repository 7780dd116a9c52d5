/** The contract of the method and of its parts. */
import { compose, constantBeta, implicitReward, logistic } from "@tokenwise/kit";
import type { WorkedExample } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { attributionWeights, tiDpo, triplet, type Options } from "../src/index.ts";
import { toyPair } from "./toy-pair.ts";

const toy: Options = { beta: 0.1, lambda: 0.7, priorDivisor: 4, span: "response", gamma: 0.1 };
const given = () => toyPair();
const weights = { reward: [[1.35, 0.65], [0.65, 1.35]] }; // prettier-ignore

const worked: readonly WorkedExample[] = [
  {
    name: "the toy pair as the released code has it",
    options: toy,
    given,
    expect: { loss: 0.664167, losses: [0.662323], weights, metrics: { "attribution-weights/mean": [1, 1] } },
  },
  {
    name: "with the paper's base",
    options: { ...toy, base: "plain", margin: 0.1 },
    given,
    expect: {
      loss: 0.661965 + 0.1 * 0.11744,
      losses: [0.661965],
      scores: [[0.259695, -0.373986]],
      rewards: [[0.0259695, -0.0373986]],
    },
  },
  { name: "with TDPO-1", options: { ...toy, base: "tdpo1" }, given, expect: { losses: [0.662681] } },
  {
    name: "an anchor of one token, compared by that token: (0.05 − 0.189)² − (0.05 + 0.333)² is below −margin",
    options: { ...toy, base: "plain" },
    given: () => toyPair({ anchor: [0.05] }),
    expect: { loss: 0.661965 },
  },
];

methodContract(tiDpo, {
  worked,
  options: [
    { lambda: 1, span: "response", base: "plain" },
    { lambda: 0, priorDivisor: 2, alpha: 0.1, klCoefficient: 0.3 },
  ],
  neutral: [
    {
      name: "the plain base without a triplet is weighed DPO",
      options: { base: "plain", beta: 0.3, lambda: 0.5, gamma: 0 },
      equals: compose({
        weighter: attributionWeights({ lambda: 0.5 }),
        beta: constantBeta({ beta: 0.3 }),
        scorer: implicitReward(),
        loss: logistic(),
      }),
    },
  ],
});

methodContract(attributionWeights);
methodContract(triplet);
