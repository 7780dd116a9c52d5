/** The command line: commands and flags as its parser knows them. */
import { Command as Parsed, Option } from "commander";
import type { Command } from "./commands/command.ts";
import { optionOf } from "./flags/option.ts";
import { knownMethodFlags, methodFlagsIn } from "./flags/method-flags.ts";
import { ownFlags } from "./flags/own-flags.ts";
import type { Flag } from "./flags/flag.ts";
import type { Io } from "./io.ts";
import { version } from "./version.ts";

/** Narrower than this, help is hard to read. */
const leastWidth = 80;
const usualWidth = 120;

export type Called = (
  command: Command,
  flags: readonly Flag[],
  options: Readonly<Record<string, unknown>>,
) => Promise<void>;

/** @param argv  for the options of methods, which are known by being named. */
export function program(commands: readonly Command[], argv: readonly string[], io: Io, onCall: Called): Parsed {
  const root = new Parsed("tokenwise")
    .description("Training language models on human preferences.")
    .version(version, "--version", "print the version")
    .helpOption("--help", "print help")
    .configureHelp({ helpWidth: Math.max(leastWidth, io.stdout.columns ?? usualWidth) })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: () => undefined,
    })
    .exitOverride()
    .helpCommand(false)
    .addHelpText("after", exitCodesText);
  for (const command of commands) declare(root, command, argv, onCall);
  return root;
}

const exitCodesText = `
Exit codes: 0 done, 1 a failure, 2 wrong usage or configuration, 130 interrupted (with a checkpoint, if it trained).
The configuration is tokenwise.config.ts or tokenwise.yaml in the working directory, or what --config names; flags override it.`;

function declare(root: Parsed, command: Command, argv: readonly string[], onCall: Called): void {
  const { name, summary, details = "", examples } = command;
  const undeclared = command.methodOptions ? methodFlagsIn(argv) : [];
  const shown = [...ownFlags(command), ...command.flags, ...(command.methodOptions ? knownMethodFlags : [])];
  const parsed = root
    .command(name)
    .summary(summary)
    .description([`${summary[0]?.toUpperCase() ?? ""}${summary.slice(1)}.`, details].join("\n"))
    .allowExcessArguments(false)
    .usage("[options]")
    .addHelpText("after", `\nExamples:\n${examples.map((example) => `  $ ${example}`).join("\n")}`)
    .addOption(
      new Option("--config <file>", "configuration, YAML or a module; default: the one in the working directory"),
    )
    .addOption(new Option("--debug", "print the stack of an error"))
    .action((options: Readonly<Record<string, unknown>>) => onCall(command, [...shown, ...undeclared], options));
  for (const flag of shown) {
    parsed.addOption(optionOf(flag));
    if (flag.placeholder === "boolean") parsed.addOption(new Option(`--no-${flag.name}`).hideHelp());
  }
  for (const flag of undeclared) parsed.addOption(optionOf(flag).hideHelp());
}
