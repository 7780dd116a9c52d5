import { dpo, rewards, tf, tokenLogProb } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given } from "../src/index.ts";
import { methodContract } from "../src/vitest.ts";
import { gapDpo } from "./readme-gap-dpo.ts";

/** One pair: responses of two tokens and of one, the last of each an end token; rewards 2 and 0.5. */
const given = (): Given => ({
  batch: batchOf([
    [
      { promptLength: 1, response: [3, 2] },
      { promptLength: 1, response: [4] },
    ],
  ]),
  values: [
    [tokenLogProb("policy"), tokenTable([[-1, -1], [-0.5]], 2, 0)],
    [tokenLogProb("reference"), tokenTable([[-0.5, -2], [-0.7]], 2, 0)],
    [rewards, tf.tensor2d([[2, 0.5]])],
  ],
});

methodContract(gapDpo, {
  options: [{ beta: 2 }], // tried with every law too
  worked: [
    {
      name: "by hand: s = −0.5 + 1 and 0.2, β = 0.1 (1 + 1.5)",
      given,
      expect: {
        beta: [0.25],
        scores: [[0.5, 0.2]],
        losses: [0.656351], // log(1 + exp(−0.25 · 0.3))
        gradient: [[-0.120315, -0.120315], [0.120315]], // ∓β σ(−0.075), by log-probabilities
      },
    },
  ],
  neutral: [{ options: { slope: 0 }, equals: dpo() }], // bit for bit, or within `tolerance`
});
