/** `npm run verify -- FILE…`: on a fresh clone, installs what is needed, then checks the case files from source. */
import { bootstrap, compileNative } from "./bootstrap.mjs";
import { run } from "./workspace.mjs";

bootstrap();
compileNative();
// Not by npx, which tells another folder than the one where npm was called.
process.exitCode = run(process.execPath, ["--import", "tsx", "tools/verify/src/index.ts", ...process.argv.slice(2)]);
