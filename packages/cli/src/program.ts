/** The command line: commands and flags as its parser knows them. */
import { Command as Parsed, Option } from "commander";
import type { Command } from "./commands/command.ts";
import { optionOf } from "./flags/option.ts";
import { annotationFlagsIn } from "./flags/annotation-flags.ts";
import { knownMethodFlags, methodFlagsIn } from "./flags/method-flags.ts";
import { ownFlags } from "./flags/own-flags.ts";
import type { Flag } from "./flags/flag.ts";
import type { Io } from "./io.ts";
import { version } from "./version.ts";

/** Narrower than this, help is hard to read. */
const leastWidth = 80;
const usualWidth = 120;

export interface Call {
  readonly flags: readonly Flag[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly operands: readonly string[];
}

export type Called = (command: Command, call: Call) => Promise<void>;

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
  const { name, summary, details = "", examples, operands } = command;
  const undeclared = command.methodOptions ? [...methodFlagsIn(argv), ...annotationFlagsIn(argv)] : [];
  const shown = [...ownFlags(command), ...command.flags, ...(command.methodOptions ? knownMethodFlags : [])];
  const parsed = root
    .command(name)
    .summary(summary)
    .description([`${summary[0]?.toUpperCase() ?? ""}${summary.slice(1)}.`, details].join("\n"))
    .allowExcessArguments(false)
    .usage(operands ? `[${operands.name}…] [options]` : "[options]")
    .addHelpText("after", `\nExamples:\n${examples.map((example) => `  $ ${example}`).join("\n")}`)
    .addOption(
      new Option("--config <file>", "configuration, YAML or a module; default: the one in the working directory"),
    )
    .addOption(new Option("--debug", "print the stack of an error"))
    .action((...given: readonly unknown[]) => {
      const [words, options] = operands ? given : [[], given[0]];
      const flags = [...shown, ...undeclared];
      return onCall(command, { flags, options: options as Call["options"], operands: words as readonly string[] });
    });
  if (operands) parsed.argument(`[${operands.name}...]`, operands.description);
  for (const flag of shown) {
    parsed.addOption(optionOf(flag));
    if (flag.placeholder === "boolean") parsed.addOption(new Option(`--no-${flag.name}`).hideHelp());
  }
  for (const flag of undeclared) parsed.addOption(optionOf(flag).hideHelp());
}
