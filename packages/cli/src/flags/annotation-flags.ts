/** `--annotation.models.positive FOLDER`: models of annotators, of whatever roles. */
import type { Flag } from "./flag.ts";

/** The flags of this kind that the command line names. */
export function annotationFlagsIn(argv: readonly string[]): readonly Flag[] {
  const roles = argv.flatMap((word) => /^--annotation\.models\.([^=]+)/.exec(word)?.[1] ?? []);
  return [...new Set(roles)].map((role) => ({
    name: `annotation.models.${role}`,
    path: ["annotation", "models", role],
    description: "",
    placeholder: "folder",
    choices: undefined,
    default: undefined,
    textual: true,
    repeats: false,
    group: "Model, data and method",
  }));
}
