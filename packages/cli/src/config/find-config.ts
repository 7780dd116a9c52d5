import { existsSync } from "node:fs";
import { TokenwiseError } from "@tokenwise/kit";

/** Looked for in the working directory. */
export const configNames = [
  "tokenwise.config.ts",
  "tokenwise.config.mts",
  "tokenwise.config.js",
  "tokenwise.config.mjs",
  "tokenwise.yaml",
  "tokenwise.yml",
];

/** The configuration file of the working directory, if there is one. @throws TW_E_CONFIG_FILE  if there are several. */
export function findConfig(): string | undefined {
  const found = configNames.filter((name) => existsSync(name));
  if (found.length > 1)
    throw new TokenwiseError("TW_E_CONFIG_FILE", `there are several configurations here: ${found.join(", ")}`, {
      hint: `name one: --config ${found[0] ?? ""}`,
    });
  return found[0];
}
