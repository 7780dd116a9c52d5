import { Command, CommanderError } from "commander";
import { basename, relative } from "node:path";
import { askKind, askName, type Terminal } from "./ask.ts";
import { CreateError } from "./create-error.ts";
import { createPlugin, freeFolder } from "./create-plugin.ts";
import { kindNames, kinds, parseKind } from "./kinds.ts";
import { parsePluginName } from "./plugin-name.ts";
import { version } from "./version.ts";

export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** undefined: nobody can be asked. */
  readonly terminal?: Terminal | undefined;
}

interface Flags {
  readonly kind?: string;
  readonly folder?: string;
}

/**
 * Runs a command line.
 *
 * @param argv  without the program's name.
 * @returns the exit code: 0, or 2 for what another command line avoids.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const command = new Command("create-tokenwise-plugin")
    .description("Writes a project for a plugin of Tokenwise: source, tests that pass the contract, build, CI.")
    .argument("[name]", "such as long-answers, tokenwise-plugin-long-answers or @me/long-answers")
    .option("--kind <kind>", `what it provides: ${kindNames.join(", ")}`)
    .option("--folder <path>", "where the project is written; default: the package's name without its scope")
    .version(version)
    .addHelpText(
      "after",
      `\nkinds:\n${listed(Object.entries(kinds))}\n\n  npm create tokenwise-plugin long-answers -- --kind loss`,
    )
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: () => undefined })
    .action(async (name: string | undefined, flags: Flags) => void io.stdout.write(await create(name, flags, io)));
  try {
    await command.parseAsync(argv, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const shown = error instanceof CommanderError ? usageError(error) : systemError(error);
    if (!(shown instanceof CreateError)) throw shown;
    io.stderr.write(`${shown.code}: ${shown.message}\n`);
    return 2;
  }
}

/** @returns what to do next. */
async function create(given: string | undefined, flags: Flags, { terminal }: Io): Promise<string> {
  const missing = [given === undefined ? "a name" : [], flags.kind === undefined ? "--kind" : []].flat();
  if (missing.length > 0 && !terminal)
    throw new CreateError("TW_E_USAGE", `${missing.join(" and ")} must be given`, "only a terminal can be asked");
  const kind = flags.kind === undefined ? undefined : parseKind(flags.kind);
  const name = parsePluginName(given ?? (await askName(terminal!)));
  const folder = freeFolder(flags.folder ?? basename(name.package));
  const files = createPlugin(name, kind ?? (await askKind(terminal!)), folder);
  const there = relative(process.cwd(), folder) || ".";
  return `${name.package}: ${files.length} files in ${folder}

  cd ${there}
  npm install
  npm test                 the contract, with the numbers that you declare
  npm run build
  npm run check:package    what publint and arethetypeswrong say; then npm pack
  npm publish              after npm version
`;
}

const listed = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([name, text]) => `  ${name.padEnd(16)} ${text}`).join("\n");

function systemError(error: unknown): unknown {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || path === undefined) return error;
  return new CreateError("TW_E_FILE_SYSTEM", `${path}: ${code} (${syscall})`, "name another folder with --folder");
}

/** `error: unknown option '--knd'\n(Did you mean --kind?)` as a coded error with a hint. */
function usageError({ message }: CommanderError): CreateError {
  const [what = "", suggestion] = message.replace(/^error: /, "").split("\n");
  return new CreateError("TW_E_USAGE", what, suggestion?.replace(/^\((.*)\)$/, "$1") ?? "--help lists what there is");
}
