/** `npm run verify:gpu`: on a fresh clone, installs what is needed, then trains the demonstration and runs the oracles on a GPU. */
import { bootstrap } from "./bootstrap.mjs";
import { run } from "./workspace.mjs";

bootstrap();
// Not by npx, which tells another folder than the one where npm was called.
process.exitCode = run(process.execPath, [
  "--import",
  "tsx",
  "tools/verify-gpu/src/index.ts",
  ...process.argv.slice(2),
]);
