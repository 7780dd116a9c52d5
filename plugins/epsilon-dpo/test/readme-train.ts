import { train } from "@tokenwise/core";
import { epsilonDpo } from "../src/index.ts";

const run = await train({
  model: "path/to/model", // a Hugging Face folder
  data: "pairs.jsonl", // prompt, chosen, rejected
  method: epsilonDpo({ beta: 0.01, epsilon: 0.01 }),
  steps: 100,
  learningRate: 7e-7,
});
console.log(run.history.at(-1)?.metrics["epsilon-beta/beta"]);
