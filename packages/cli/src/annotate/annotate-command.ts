import { TokenwiseError } from "@tokenwise/kit";
import type { Configured } from "../config/configure.ts";
import { quoted } from "../flags/quoted.ts";
import { backendKeys } from "../config/start-backend.ts";

/** The keys of a configuration that annotation reads. */
export const annotationKeys: readonly string[] = [
  "model",
  "data",
  "evaluationData",
  "method",
  "plugins",
  "annotation",
  "read",
  ...backendKeys,
  "microBatchTokens",
  "vocabularyRows",
];

const missing: ReadonlySet<string> = new Set(["TW_E_NO_COLUMN", "TW_E_STALE_COLUMN", "TW_E_FOREIGN_COLUMN"]);

const program = "tokenwise annotate";

/**
 * An error about columns that annotation computes, with the command that does; any other as it is.
 *
 * @param method  the one that a command names in place of the configured one.
 */
export function adviseAnnotation(error: unknown, configured: Configured | undefined, method?: string): unknown {
  if (!TokenwiseError.is(error) || !missing.has(error.code) || configured === undefined) return error;
  if (error.hint?.includes("annotate") !== true || error.hint.startsWith(`${program} `)) return error;
  const [what = ""] = error.message.split("\n  hint: ");
  return new TokenwiseError(error.code, what, { hint: annotateCommand(configured, method), cause: error });
}

function annotateCommand({ file, flags }: Configured, method: string | undefined): string {
  const named = method === undefined ? [] : [{ name: "method", path: ["method"], value: method }];
  const given = [...flags.filter(({ path: [key] }) => method === undefined || key !== "method"), ...named]
    .filter(({ path: [key] }) => annotationKeys.includes(String(key)))
    .flatMap(({ name, value }) => [value].flat().flatMap((one) => [`--${name}`, quoted(textOf(one))]));
  return [program, ...(file === undefined ? [] : ["--config", quoted(file)]), ...given].join(" ");
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
