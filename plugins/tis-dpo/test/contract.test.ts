import { dpo, tokenLogProb } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given, type WorkedExample } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { logRatioColumn, tisDpo, type Options } from "../src/index.ts";
import { toyPair } from "./toy-pair.ts";

const given = () => toyPair();

/** A pair of these log-ratios, one per token of text, an end token after them; the policy is the reference. */
function pairOf(chosen: readonly number[], rejected: readonly number[]): Given {
  const rows = [chosen, rejected];
  const width = Math.max(...rows.map(({ length }) => length)) + 1;
  const zeros = tokenTable(
    rows.map((row) => [...row, 0].map(() => -1)),
    width,
    -1,
  );
  return {
    batch: batchOf([rows.map((row) => ({ promptLength: 1, response: [...row, 0].map((_, token) => token + 1) }))]),
    values: [
      [tokenLogProb("policy"), zeros],
      [tokenLogProb("reference"), zeros],
      [logRatioColumn, tokenTable(rows, width, 0)],
    ],
  };
}

const weighs = (
  name: string,
  transform: NonNullable<Options["transform"]>,
  ratios: readonly [readonly number[], readonly number[]],
  reward: readonly (readonly number[])[],
): WorkedExample => ({ name, options: { transform }, given: () => pairOf(...ratios), expect: { weights: { reward } } });

/** Weights of the released code, the end token's 0 last; a rejected token's score is the opposite of its log-ratio. */
const transforms: readonly WorkedExample[] = [
  weighs(
    "by ranks, of equal scores the earlier one is lower",
    { kind: "rank-based", min: 0.7, max: 1.3 },
    [
      [1, 1, 0.5],
      [-0.9, 0.2],
    ],
    [
      [1, 1.3, 0.7, 0],
      [1.3, 0.7, 0],
    ],
  ),
  weighs(
    "the upper half, rounded down",
    { kind: "binary", percent: 50 },
    [
      [1.8, -0.4, 0.25],
      [-0.9, 0.2],
    ],
    [
      [1, 0, 0, 0],
      [1, 0, 0],
    ],
  ),
  weighs(
    "no half where the cut goes through equal scores",
    { kind: "binary", percent: 50 },
    [
      [1, 1, 0.5, 1],
      [-1, 0],
    ],
    [
      [0, 0, 0, 0, 0],
      [1, 0, 0],
    ],
  ),
  weighs(
    "scores of two decimals",
    { kind: "origin" },
    [[1.236, -0.004], [0.128]],
    [
      [1.24, 0, 0],
      [-0.13, 0],
    ],
  ),
];

methodContract(tisDpo, {
  worked: [
    { name: "the toy pair", given, expect: { loss: 0.629521, rewards: [[0.1596132, 0.0280352]] } },
    {
      name: "with the divergence",
      options: { alpha: 1 },
      given,
      expect: { loss: 0.63586, rewards: [[0.140458, 0.022402]] },
    },
    {
      name: "with half of the divergence, whose reward has all of it",
      options: { alpha: 0.5 },
      given,
      expect: { loss: 0.632685, rewards: [[0.140458, 0.022402]] },
    },
    ...transforms,
    {
      name: "by ranks",
      options: { transform: { kind: "rank-based", min: 0.7, max: 1.3 } },
      given,
      expect: {
        loss: 0.666603,
        weights: {
          reward: [
            [1.3, 0.7, 1, 0],
            [1.3, 0.7, 0],
          ],
        },
      },
    },
  ],
  options: [
    { transform: { kind: "random", min: 0.7, max: 1.3 } },
    { transform: { kind: "threshold-and-scale", low: -2, high: 2, min: 0.5, max: 1.5 }, weighEnd: true },
  ],
  neutral: [
    {
      name: "μ = 0 with end tokens is DPO",
      options: { transform: { kind: "exponential", scale: 1, mu: 0, low: -0.5, high: 1.5 }, weighEnd: true },
      equals: dpo({ beta: 0.1 }),
    },
  ],
});
