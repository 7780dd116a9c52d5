/** `npm run test:mutation -- PLUGIN…`: on a fresh clone, installs what is needed, then changes the plugins and counts what their tests notice. */
import { bootstrap } from "./bootstrap.mjs";
import { run } from "./workspace.mjs";

bootstrap();
process.exitCode = run(process.execPath, ["--import", "tsx", "tools/mutation/src/index.ts", ...process.argv.slice(2)]);
