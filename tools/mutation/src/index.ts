/** `npm run test:mutation -- PLUGIN…`, of all plugins without a name; `--concurrency N` tries N changes at a time. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { mutate } from "./mutate.ts";
import { plugins, root } from "./plugins.ts";
import { problemsOf, survivorsOf, type Result } from "./result.ts";
import { header, row } from "./table.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: "string", default: "2" } },
});
const unknown = positionals.filter((name) => !plugins.includes(name));
if (unknown.length > 0) throw new Error(`there is no plugin ${unknown.join(", ")}; there are ${plugins.join(", ")}`);

const results: Result[] = [];
console.log(header);
for (const plugin of positionals.length > 0 ? positionals : plugins) {
  const result = await mutate(plugin, Number(values.concurrency), (line) => console.error(`${plugin}: ${line}`));
  results.push(result);
  console.log(row(result));
}
writeFileSync(`${root}mutation.json`, `${JSON.stringify(results, null, 2)}\n`);
const problems = results.flatMap(problemsOf);
console.log(["", ...results.flatMap(survivorsOf), ...problems].join("\n"));
process.exitCode = problems.length > 0 ? 1 : 0;
