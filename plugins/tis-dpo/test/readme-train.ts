import { annotate, train } from "@tokenwise/core";
import { tisDpo } from "../src/index.ts";

const method = tisDpo({ beta: 0.1 });
const [model, data] = ["path/to/model", "pairs.jsonl"]; // a Hugging Face folder; prompt, chosen, rejected
const { columns } = await annotate({ model, data, method }); // once: stored in pairs.jsonl.columns
console.log(columns[0]?.mean);
const run = await train({ model, data, method, steps: 100, learningRate: 5e-7 });
console.log(run.history.at(-1)?.metrics["rewards/accuracies"]);
