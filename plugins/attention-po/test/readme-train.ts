import { annotate, train } from "@tokenwise/core";
import { attentionPo } from "../src/index.ts";

const method = attentionPo({ beta: 0.005, layers: [-1] });
const [model, data] = ["path/to/model", "pairs.jsonl"]; // a Hugging Face folder; prompt, chosen, rejected
const { shares } = await annotate({ model, data, method }); // once: stored in pairs.jsonl.columns
for (const { name, mean, low, high } of shares) console.log(name, mean, low, high);
const run = await train({ model, data, method, steps: 100, learningRate: 1e-6 });
console.log(run.history.at(-1)?.metrics["rewards/accuracies"]);
