/** `npm run build:tfjs-node`: on a fresh clone, installs what is needed, then makes TensorFlow's binding for Node. */
import { bootstrap } from "./bootstrap.mjs";
import { run } from "./workspace.mjs";

bootstrap();
// Not by npx, which tells another folder than the one where npm was called.
process.exitCode = run(process.execPath, [
  "--import",
  "tsx",
  "tools/build-tfjs-node/src/index.ts",
  ...process.argv.slice(2),
]);
