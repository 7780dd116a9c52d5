/** The contract of the method and of its masks. */
import { methodContract } from "@tokenwise/testkit/vitest";
import { sparseMasks, sparsePo } from "../src/index.ts";

methodContract(sparsePo, {
  options: [{ beta: 0.8, masks: "independent", init: "positive", l1Reward: 0.01, l1Divergence: 0.02 }],
});

methodContract(sparseMasks, { options: [{ masks: "reward", layers: "last" }] });
