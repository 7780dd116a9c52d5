import { TokenwiseError } from "@tokenwise/kit";
import type { Output } from "../io.ts";

/** `TW_E_…: message`, its hint, and with `debug` the stack and the causes. */
export function printError(error: unknown, stderr: Output, debug: boolean): void {
  const coded = TokenwiseError.is(error);
  const message = error instanceof Error ? error.message : String(error);
  stderr.write(`${coded ? error.code : "unexpected error"}: ${message}\n`);
  if (!coded && !debug) stderr.write("  hint: --debug shows where it happened\n");
  if (!debug) return;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    stderr.write(`${cause === error ? "" : "caused by "}${cause.stack ?? cause.message}\n`);
}
