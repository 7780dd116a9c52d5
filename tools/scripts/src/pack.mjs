/** `npm run pack -- FOLDER`: builds every package that is published, and writes its tarball, as npm would have it, into a folder. */
import { resolve } from "node:path";
import { bootstrap } from "./bootstrap.mjs";
import { run } from "./workspace.mjs";

/** @param {string} folder */
const pack = (folder) => {
  bootstrap();
  // npm goes to the root; a relative folder is of where it was called.
  const target = resolve(process.env.INIT_CWD ?? ".", folder);
  const built = run("npx", ["nx", "run-many", "-t", "build", "-p", "@tokenwise/*,create-tokenwise-plugin"]);
  return built || run(process.execPath, ["--import", "tsx", "tools/package-tests/src/pack-command.ts", target]);
};

const [folder, ...others] = process.argv.slice(2);
if (folder === undefined || others.length > 0) {
  console.error("npm run pack -- FOLDER: one folder, into which the tarballs are written");
  process.exitCode = 2;
} else process.exitCode = pack(folder);
