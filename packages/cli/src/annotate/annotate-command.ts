import { TokenwiseError } from "@tokenwise/kit";
import type { Configured } from "../config/configure.ts";
import { quoted } from "../flags/quoted.ts";

/** The keys of a configuration that annotation reads. */
export const annotationKeys: readonly string[] = [
  "model",
  "data",
  "evaluationData",
  "method",
  "plugins",
  "annotation",
  "read",
  "backend",
  "microBatchTokens",
  "vocabularyRows",
];

const missing: ReadonlySet<string> = new Set(["TW_E_NO_COLUMN", "TW_E_STALE_COLUMN", "TW_E_FOREIGN_COLUMN"]);

/** An error about columns that annotation computes, with the command that does; any other as it is. */
export function adviseAnnotation(error: unknown, configured: Configured | undefined): unknown {
  if (!TokenwiseError.is(error) || !missing.has(error.code) || configured === undefined) return error;
  if (error.hint?.includes("annotate") !== true) return error;
  const [what = ""] = error.message.split("\n  hint: ");
  return new TokenwiseError(error.code, what, { hint: annotateCommand(configured), cause: error });
}

function annotateCommand({ file, flags }: Configured): string {
  const given = flags
    .filter(({ path: [key] }) => annotationKeys.includes(String(key)))
    .flatMap(({ name, value }) => [value].flat().flatMap((one) => [`--${name}`, quoted(textOf(one))]));
  return ["tokenwise annotate", ...(file === undefined ? [] : ["--config", quoted(file)]), ...given].join(" ");
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
