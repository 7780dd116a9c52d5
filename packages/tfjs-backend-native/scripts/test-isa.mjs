/** The package's suite once for each instruction set that the processor has, from the best; TensorFlow.js's own specs included. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { build } from "./build-addon.mjs";
import { packageFolder } from "./sources.mjs";

const require = /** @type {(name: string) => unknown} */ (createRequire(import.meta.url));
const addon = /** @type {{ instructionSets(): string }} */ (require(await build()));

for (const instructionSet of addon.instructionSets().split(" ")) {
  console.log(`\n== ${instructionSet}`);
  const env = { ...process.env, TFJS_NATIVE_ISA: instructionSet };
  const { status } = spawnSync("npx", ["vitest", "run", "--project", "best"], {
    cwd: packageFolder,
    env,
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}
