import { train } from "@tokenwise/core";
import { adpo } from "../src/index.ts";

const run = await train({
  model: "path/to/model", // a Hugging Face folder
  data: "groups.jsonl", // prompt, candidates, rewards
  method: adpo({ tau: 0.8, anchor: { kind: "average", keep: 0.99 } }),
  steps: 100,
  learningRate: 1e-6,
});
console.log(run.history.at(-1)?.metrics["listwise/kl"]);
