/** `npm run verify -- FILE…`: 0 where all cases hold or do not apply, 1 where one is short, 2 for input that cannot be read. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { currentBackend, useBackend } from "@tokenwise/model";
import { Command, Option } from "commander";
import { casesOf } from "./read/document.ts";
import { lineOf, summaryOf } from "./report/lines.ts";
import { verifyCase, type Result } from "./verify.ts";

interface Options {
  readonly backend: (typeof names)[number];
  readonly json?: true;
}

const names = ["cpu", "wasm", "native", "tensorflow"] as const;
const backends = new Option("--backend <name>", "where the numbers are computed").choices(names).default("cpu");
const usage = 2;
/** npm runs commands at the root, and says where it was called. */
const from = process.env.INIT_CWD ?? process.cwd();

export async function main(args: readonly string[], write: (text: string) => void = console.log): Promise<number> {
  const program = new Command("verify")
    .description("Runs case files (JSON) of golden numbers through Tokenwise, and says what holds.")
    .argument("<files...>", "files in the format of the oracles' README; what a case is, its content says")
    .addOption(backends)
    .option("--json", "every comparison, as JSON")
    .exitOverride((error) => {
      throw Object.assign(error, { exitCode: error.exitCode === 0 ? 0 : usage });
    })
    .configureOutput({ writeOut: (text) => write(text.trimEnd()) });
  try {
    program.parse([...args], { from: "user" });
  } catch (error) {
    return (error as { readonly exitCode?: number }).exitCode ?? usage;
  }
  return verifyFiles(program.args, program.opts<Options>(), write);
}

async function verifyFiles(files: readonly string[], { backend, json }: Options, write: (text: string) => void) {
  await useBackend(backend);
  const all: { readonly file: string; readonly results?: readonly Result[]; readonly problem?: string }[] = [];
  for (const file of files) {
    try {
      const cases = casesOf(JSON.parse(readFileSync(resolve(from, file), "utf8")));
      const width = Math.min(40, Math.max(0, ...cases.map(({ name }) => name.length)));
      if (!json) write(`${file}: ${cases.length} cases`);
      const results: Result[] = [];
      for (const each of cases) {
        results.push(await verifyCase(each, { backend }));
        if (!json) write(`  ${lineOf(results.at(-1)!, width)}`);
      }
      all.push({ file, results });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      all.push({ file, problem });
      if (!json) write(`${file}: unreadable: ${problem}`);
    }
  }
  const results = all.flatMap((each) => each.results ?? []);
  const unread = all.filter(({ problem }) => problem !== undefined).length;
  const unreadable = unread > 0 ? `, ${unread} ${unread === 1 ? "file" : "files"} unreadable` : "";
  const summary = `${summaryOf(results)}${unreadable}; backend ${currentBackend()}`;
  write(json ? JSON.stringify({ summary, files: all }, null, 2) : summary);
  if (unread > 0) return usage;
  return results.some(({ status }) => status === "short") ? 1 : 0;
}
