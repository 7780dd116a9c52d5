import { train } from "@tokenwise/core";
import { tiDpo } from "../src/index.ts";

const run = await train({
  model: "path/to/model", // a Hugging Face folder
  data: "pairs.jsonl", // prompt, chosen, rejected
  method: tiDpo({ beta: 0.2, lambda: 0.2 }),
  steps: 100,
  learningRate: 5e-6,
});
console.log(run.history.at(-1)?.metrics["triplet/loss"]);
