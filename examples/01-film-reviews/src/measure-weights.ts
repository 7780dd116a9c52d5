/** Do the weights of the methods find the tokens that matter? Compares them with what `npm run make-advantages` measured. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { useBackend } from "@tokenwise/model";
import { advantagesPath } from "./weights/advantages-file.ts";
import { measureWeights } from "./weights/measure-weights.ts";
import { renderWeights } from "./weights/table.ts";

const { values } = parseArgs({
  options: {
    world: { type: "string", default: "scope" },
    seed: { type: "string", default: "0" },
    output: { type: "string", default: "weights.json" },
  },
});

await useBackend("auto");
const results = await measureWeights({
  advantages: advantagesPath,
  world: values.world,
  seed: Number(values.seed),
  steps: 96,
  batchSize: 32,
  trainPrompts: 512,
  judgedPrompts: 256,
  onWeighter: (name) => console.log(name),
});
await mkdir(dirname(values.output), { recursive: true });
await writeFile(values.output, `${JSON.stringify(results, null, 2)}\n`);
console.log(`\n${renderWeights(results)}`);
