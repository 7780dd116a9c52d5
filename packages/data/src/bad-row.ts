/** A row is refused by a coded error with its reason, to which the reader adds `file:line`. */
import { TokenwiseError } from "@tokenwise/kit";
import type { DroppedRow, Source } from "./example.ts";

/** The message without the hint that the error carries along. */
function reason({ message, hint }: TokenwiseError): string {
  const tail = `\n  hint: ${hint}`;
  return message.endsWith(tail) ? message.slice(0, -tail.length) : message;
}

/** `file:line: reason`, under the same code. */
export function located(error: TokenwiseError, { file, line }: Source): TokenwiseError {
  const { code, hint } = error;
  return new TokenwiseError(code, `${file}:${line}: ${reason(error)}`, {
    ...(hint !== undefined && { hint }),
    cause: error,
  });
}

export const dropped = (error: TokenwiseError, { file, line }: Source): DroppedRow => ({
  file,
  line,
  code: error.code,
  reason: reason(error),
});

/** A value in an error message: short and on one line, whatever it holds. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
}
