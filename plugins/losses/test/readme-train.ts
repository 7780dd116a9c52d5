import { train } from "@tokenwise/core";
import { ipo } from "../src/index.ts";

const run = await train({
  model: "path/to/model", // a Hugging Face folder
  data: "pairs.jsonl", // prompt, chosen, rejected
  method: ipo({ beta: 0.1 }),
  steps: 100,
  learningRate: 1e-6,
});
console.log(run.history.at(-1)?.metrics["rewards/accuracies"]);
