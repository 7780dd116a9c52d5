import type { Command } from "../commands/command.ts";
import type { Flag } from "./flag.ts";
import { flagsOf } from "./from-schema.ts";

/** Paths of flags that set nothing in the configuration begin with this. */
export const ownKey = "own";

/** Those whose value is a file. */
const files: ReadonlySet<string> = new Set(["prompts"]);

/** The flags of a command that set nothing in the configuration. */
export const ownFlags = ({ own }: Command): readonly Flag[] =>
  flagsOf(own, { group: () => "Options", switches: true }).map((flag) => ({
    ...flag,
    path: [ownKey, ...flag.path],
    ...(files.has(flag.name) && { placeholder: "file" }),
  }));
