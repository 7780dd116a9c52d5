/** The backend under test, which the files of specs ask for when they are evaluated. */
import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util.js";
import { poisonMemory } from "../poisoned-pool.ts";

export const backendName = process.argv[2] ?? "native";

poisonMemory();
setTestEnvs([{ name: backendName, backendName, isDataSync: true }]);
