import { dpo } from "@tokenwise/kit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { tisDpo } from "../src/index.ts";
import { toyPair } from "./toy-pair.ts";

const given = () => toyPair();
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
  options: [{ transform: { kind: "threshold-and-scale", low: -2, high: 2, min: 0.5, max: 1.5 }, weighEnd: true }],
  neutral: [
    {
      name: "μ = 0 with end tokens is DPO",
      options: { transform: { kind: "exponential", scale: 1, mu: 0, low: -0.5, high: 1.5 }, weighEnd: true },
      equals: dpo({ beta: 0.1 }),
    },
  ],
});
