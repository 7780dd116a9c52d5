import { train } from "@tokenwise/core";
import { sparsePo } from "../src/index.ts";

const run = await train({
  model: "path/to/model", // a Hugging Face folder
  data: "pairs.jsonl", // prompt, chosen, rejected
  method: sparsePo({ beta: 0.8, l1Reward: 0.001, l1Divergence: 0.001 }),
  steps: 100,
  learningRate: 1e-6,
});
console.log(run.history.at(-1)?.metrics["sparse-masks/common-sparsity"]);
