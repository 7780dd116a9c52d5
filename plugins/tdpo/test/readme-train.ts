import { train } from "@tokenwise/core";
import { tdpo } from "../src/index.ts";

const run = await train({
  model: "path/to/model", // a Hugging Face folder
  data: "pairs.jsonl", // prompt, chosen, rejected
  method: tdpo({ beta: 0.1, alpha: 0.5 }),
  steps: 100,
  learningRate: 5e-6,
});
console.log(run.history.at(-1)?.metrics["tdpo-score/kl-margin"]);
