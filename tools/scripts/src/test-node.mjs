/** `npm run test:node -- 22`: `npm test` under another Node, which the npm package `node` brings into a temporary folder. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { run } from "./workspace.mjs";

const version = process.argv[2];
if (version === undefined || !/^\d+(\.\d+)*$/.test(version)) {
  console.error("usage: npm run test:node -- <version of Node, such as 22>");
  process.exit(2);
}

const prefix = mkdtempSync(join(tmpdir(), "tokenwise-node-"));
try {
  const installed = run("npm", ["install", "--no-save", "--prefix", prefix, `node@${version}`]) === 0;
  const path = [join(prefix, "node_modules/.bin"), process.env.PATH].join(delimiter);
  process.exitCode = installed ? run("node", ["tools/scripts/src/test.mjs"], { PATH: path }) : 1;
} finally {
  rmSync(prefix, { recursive: true, force: true });
}
