/** Do the weights of the methods find the tokens that matter? Compares them with what `npm run make-advantages` measured. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { useBackend } from "@tokenwise/model";
import { z } from "zod";
import { advantagesPath } from "./weights/advantages-file.ts";
import { measureWeights, type WeightsResults } from "./weights/measure-weights.ts";
import { renderWeights } from "./weights/table.ts";
import { truths, worldNamed } from "./world/worlds.ts";

const { values } = parseArgs({
  options: {
    world: { type: "string", multiple: true, default: Object.keys(truths) },
    seed: { type: "string", default: "0" },
    output: { type: "string", default: "weights.json" },
  },
});
const seed = z.coerce.number().int().min(0).parse(values.seed);

await useBackend("auto");
const results: WeightsResults[] = [];
for (const { name: world } of values.world.map(worldNamed)) {
  const sizes = { steps: 96, batchSize: 32, trainPrompts: 512, judgedPrompts: 256 };
  const onWeighter = (name: string) => console.error(`${world}: ${name}`);
  const measured = await measureWeights({ advantages: advantagesPath, world, seed, ...sizes, onWeighter });
  results.push(measured);
  console.log(`\n${renderWeights(measured)}\n`);
}
await mkdir(dirname(values.output), { recursive: true });
await writeFile(values.output, `${JSON.stringify(results, null, 2)}\n`);
