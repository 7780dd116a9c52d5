/** `npm run demo`: on a fresh clone, installs what is needed, then runs the demonstration from source with the arguments given. */
import { bootstrap } from "./bootstrap.mjs";
import { run } from "./workspace.mjs";

bootstrap();
process.exitCode = run("npx", ["tsx", "examples/01-film-reviews/src/demo.ts", ...process.argv.slice(2)]);
