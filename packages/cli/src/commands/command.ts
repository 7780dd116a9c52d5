import type { z } from "zod";
import type { Configured } from "../config/configure.ts";
import type { Flag } from "../flags/flag.ts";
import type { Io } from "../io.ts";

/** What a command is called with, once its command line is understood. */
export interface Invocation<Own> {
  /** Reads the configuration, named or found, under the flags; with "plugins" those alone. @throws as `configure`. */
  readonly configure: (only?: "plugins") => Promise<Configured>;
  /** Values of the command's own flags. */
  readonly own: Own;
  /** The words after the command that belong to no flag. */
  readonly operands: readonly string[];
  /** The command line as it was typed, for messages. */
  readonly typed: string;
  readonly io: Io;
}

export interface Command<S extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** More, for the command's own help. */
  readonly details?: string;
  readonly examples: readonly string[];
  /** What the words after the command are; without it there may be none. */
  readonly operands?: { readonly name: string; readonly description: string };
  /** Flags that set keys of the configuration. */
  readonly flags: readonly Flag[];
  /** Flags that set nothing in the configuration. */
  readonly own: S;
  /** Takes options of whatever method it is: `--method.KEY VALUE`. */
  readonly methodOptions: boolean;
  /** @returns the exit code. */
  run(invocation: Invocation<z.output<S>>): Promise<number>;
}

/** The identity, for the types. Its schema is forgotten, so that commands have one type. */
export const command = <S extends z.ZodObject>(definition: Command<S>): Command => definition;
