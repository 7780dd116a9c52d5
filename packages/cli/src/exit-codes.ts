import { TokenwiseError } from "@tokenwise/kit";

/** What a command's exit code says. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Errors that another command line or configuration avoids. */
const usage: ReadonlySet<string> = new Set([
  "TW_E_USAGE",
  "TW_E_CONFIG",
  "TW_E_CONFIG_FILE",
  "TW_E_CONFIG_INCOMPLETE",
  "TW_E_CONFIG_SYNTAX",
  "TW_E_AMBIGUOUS_NAME",
  "TW_E_ANNOTATION_MODEL",
  "TW_E_COLUMN_CLASH",
  "TW_E_GENERATION_OPTIONS",
  "TW_E_KIT_COPY",
  "TW_E_METHOD_SPEC",
  "TW_E_NO_CONTRAST",
  "TW_E_NO_REFERENCE",
  "TW_E_NO_ROW",
  "TW_E_NOT_A_PLUGIN",
  "TW_E_NOT_A_RUN",
  "TW_E_NOTHING_TO_CHECK",
  "TW_E_OPTION_VALUE",
  "TW_E_OPTIONS",
  "TW_E_OUTPUT_EXISTS",
  "TW_E_PLUGIN",
  "TW_E_PLUGIN_FAILED",
  "TW_E_PLUGIN_NOT_FOUND",
  "TW_E_PLUGIN_SPEC",
  "TW_E_PLUGIN_TWICE",
  "TW_E_REPORT_NAMES",
  "TW_E_RESUME",
  "TW_E_REWARD_MODULE",
  "TW_E_SETTINGS",
  "TW_E_TENSORFLOW_COPY",
  "TW_E_UNKNOWN_METHOD",
  "TW_E_UNKNOWN_OPTION",
  "TW_E_UNKNOWN_PART",
  "TW_E_UNUSED_REFERENCE",
  "TW_E_WATCH_PORT",
]);

export const exitCodeOf = (error: unknown): number =>
  TokenwiseError.is(error) && usage.has(error.code) ? exitCodes.usage : exitCodes.failed;
