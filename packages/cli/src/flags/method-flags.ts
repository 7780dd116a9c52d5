/** `--method.beta 0.2`: options of the method, of whatever method it is. */
import { createRegistry } from "@tokenwise/core";
import type { Flag } from "./flag.ts";
import { camel } from "./flag.ts";
import { flagsOf } from "./from-schema.ts";

const prefix = "method.";

/** The options of the methods that come with the kit, for help. */
export const knownMethodFlags: readonly Flag[] = createRegistry()
  .entries.filter(({ factory }) => factory.kind === "method")
  .flatMap(({ factory }) =>
    flagsOf(factory.options, { group: () => "Options of the method" }).map((flag) => ({
      ...flag,
      name: prefix + flag.name,
      path: ["method", ...flag.path],
      description: `${factory.id}: ${flag.description}`,
    })),
  );

/** Flags for the options of a method that the command line names and nobody has declared. */
export function methodFlagsIn(argv: readonly string[]): readonly Flag[] {
  const names = argv.flatMap((word) => /^--(method\.[^=]+)/.exec(word)?.[1] ?? []);
  return [...new Set(names)]
    .filter((name) => knownMethodFlags.every((flag) => flag.name !== name))
    .map((name) => ({
      name,
      path: name.split(".").map(camel),
      description: "",
      placeholder: "value",
      choices: undefined,
      default: undefined,
      textual: false,
      repeats: false,
      group: "Options of the method",
    }));
}
