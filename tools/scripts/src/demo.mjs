/** `npm run demo`: on a fresh clone, installs what is needed, then runs the demonstration from source with the arguments given. */
import { bootstrap, compileNative } from "./bootstrap.mjs";
import { run } from "./workspace.mjs";

bootstrap();
compileNative();
// The report's page is a bundle; everything else runs from source.
const built = run("npx", ["tsx", "packages/report/page/ensure-built.ts"]);
process.exitCode = built || run("npx", ["tsx", "examples/01-film-reviews/src/demo.ts", ...process.argv.slice(2)]);
