/** Writes the labelled pairs of both splits as JSON lines, for the command line. Usage: write-pairs [WORLD] [FOLDER] */
import { join } from "node:path";
import { pairsOf } from "./contestants/workshop.ts";
import { readSamples } from "./demo/samples.ts";
import { writeJsonLines } from "./json-lines.ts";
import { worldNamed } from "./world/worlds.ts";

const [name = "scope", folder = "work"] = process.argv.slice(2);

const world = worldNamed(name);
for (const [split, dataSeed] of [
  ["train", 0],
  ["test", 1],
] as const) {
  const pairs = pairsOf(await readSamples(split), { world, dataSeed });
  await writeJsonLines(join(folder, `pairs-${split}.jsonl`), pairs);
  console.log(`${pairs.length} pairs of the world ${name}: ${join(folder, `pairs-${split}.jsonl`)}`);
}
