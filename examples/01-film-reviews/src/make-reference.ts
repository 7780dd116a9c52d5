/** Writes what the reference model is trained from: the data, and a model with random weights. Usage: make-reference [FOLDER] */
import { join } from "node:path";
import { useBackend } from "@tokenwise/model";
import { writeReferenceData } from "./reference-data.ts";
import { writeUntrainedModel } from "./untrained-model.ts";

const seed = 1;
const [folder = "work"] = process.argv.slice(2);

await useBackend("cpu");
await writeReferenceData(join(folder, "data"), { seed });
await writeUntrainedModel(join(folder, "untrained"), seed);
