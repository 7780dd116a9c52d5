import type { Path } from "@tokenwise/kit";

/** A flag of the command line that sets one key. */
export interface Flag {
  /** Without dashes: `read.max-length`. */
  readonly name: string;
  /** Where its value goes. */
  readonly path: Path;
  readonly description: string;
  /** What the value is called in help; undefined: a switch, which takes none. */
  readonly placeholder: string | undefined;
  readonly choices: readonly string[] | undefined;
  readonly default: unknown;
  /** Its value is text whatever it looks like; else it is read as YAML reads it. */
  readonly textual: boolean;
  /** Text that may also be a map or list in YAML. */
  readonly structured?: boolean;
  /** May be given several times. */
  readonly repeats: boolean;
  /** Heading in help. */
  readonly group: string;
}

/** A flag that was given, with its value. */
export interface GivenFlag {
  readonly name: string;
  readonly path: Path;
  readonly value: unknown;
}

/** maxLength → max-length */
export const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** max-length → maxLength, as the parser of the command line names it. */
export const camel = (name: string): string =>
  name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
