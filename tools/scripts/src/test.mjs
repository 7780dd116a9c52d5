/**
 * `npm test` and, with `--full`, `npm run test:full`: on a fresh clone, installs what is needed, then checks format, lint, types, builds and tests.
 * Its last line counts the tests of all packages.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { bootstrap } from "./bootstrap.mjs";
import { countTests, describeCount, failures, total } from "./count-tests.mjs";
import { root, run, testedPackages } from "./workspace.mjs";

bootstrap();

const packages = testedPackages();
/** @param {string} folder */
const reportOf = (folder) => join(root, folder, "test-results.json");
// nx restores the report of a package whose tests it need not run again; any other one must be new.
for (const folder of packages) rmSync(reportOf(folder), { force: true });

/** @type {Record<string, string>} */
const env = process.argv.includes("--full") ? { TOKENWISE_FULL: "1" } : {};
const codes = [
  run("npx", ["prettier", "--check", "."]),
  run("npx", ["nx", "run-many", "-t", "lint", "typecheck", "build", "test"], env),
];

const counts = packages.map((folder) => countTests(reportOf(folder)));
const sum = total(
  counts,
  codes.every((code) => code === 0),
);

console.log();
packages.forEach((folder, i) => console.log(folder.padEnd(32), describeCount(counts[i] ?? countTests(""))));
// Last, where whoever reads only the end of a long log finds them.
for (const failure of packages.flatMap((folder) => failures(reportOf(folder))))
  console.log(`\n${failure.slice(0, 600)}`);
console.log(`\n${describeCount(sum)}`);
process.exitCode = sum.failed === 0 ? 0 : 1;
