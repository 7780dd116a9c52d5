import { complaintsOf, TokenwiseError } from "@tokenwise/kit";
import { CommanderError } from "commander";
import type { Command } from "./commands/command.ts";
import { commands } from "./commands/all.ts";
import { adviseAnnotation } from "./annotate/annotate-command.ts";
import { configure, type Configured } from "./config/configure.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import { kebab, type GivenFlag } from "./flags/flag.ts";
import { givenFlags } from "./flags/option.ts";
import { quoted } from "./flags/quoted.ts";
import { ownKey } from "./flags/own-flags.ts";
import type { Io } from "./io.ts";
import { printError } from "./output/print-error.ts";
import { systemError } from "./output/system-error.ts";
import { program, type Call } from "./program.ts";
import { settled } from "./settled.ts";

/**
 * Runs a command line.
 *
 * @param argv  without the program's name.
 * @returns the exit code.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const debug = argv.includes("--debug");
  let code: number = exitCodes.done;
  let configured: Configured | undefined;
  const onCall = async (command: Command, { flags, options, operands }: Call) => {
    const given = givenFlags(flags, options);
    const ofConfig = given.filter(({ path }) => path[0] !== ownKey);
    const { config } = options as { config?: string };
    code = await command.run({
      configure: async (only) => (configured = await configure(config, ofConfig, only)),
      own: checkOwn(command, given),
      operands,
      typed: ["tokenwise", ...argv.map(quoted)].join(" "),
      io,
    });
  };
  try {
    await settled(program(commands, argv, io, onCall).parseAsync(argv, { from: "user" }));
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    if (error instanceof CommanderError && error.code === "commander.help") return exitCodes.usage;
    const shown =
      error instanceof CommanderError ? usageError(error) : adviseAnnotation(systemError(error), configured);
    printError(shown, io.stderr, debug);
    return exitCodeOf(shown);
  }
}

/** The values of the command's own flags. @throws TW_E_USAGE */
function checkOwn({ own }: Command, given: readonly GivenFlag[]): Record<string, unknown> {
  const values = Object.fromEntries<unknown>(
    given.flatMap(({ path: [key, name], value }) => (key === ownKey ? [[String(name), value] as const] : [])),
  );
  const parsed = own.safeParse(values);
  if (parsed.success) return parsed.data;
  const complaints = complaintsOf(own, values, parsed.error);
  throw new TokenwiseError(
    "TW_E_USAGE",
    complaints.map(({ path, message }) => `--${kebab(path.join("."))}: ${message}`).join("\n"),
  );
}

/** `error: unknown option '--stps'\n(Did you mean --steps?)` as a coded error with a hint. */
function usageError({ message }: CommanderError): TokenwiseError {
  const [what = "", suggestion] = message.replace(/^error: /, "").split("\n");
  const hint = suggestion?.replace(/^\(Did you mean (.*)\?\)$/, "did you mean $1?") ?? "--help lists what there is";
  return new TokenwiseError("TW_E_USAGE", what, { hint });
}
