import { TokenwiseError, withoutHint, type ErrorCode } from "@tokenwise/kit";

/**
 * Several errors as one that says all of them, each with its hint.
 *
 * @param errors  at least one; one alone is returned as it is.
 * @param mixed   the code where theirs differ; default: that of the first.
 */
export function together(errors: readonly TokenwiseError[], mixed?: ErrorCode): TokenwiseError {
  const [first, second] = errors;
  if (!first) throw new RangeError("together() needs an error");
  if (!second) return first;
  const code = errors.every((error) => error.code === first.code) ? first.code : (mixed ?? first.code);
  if (errors.some(({ hint }) => hint !== first.hint))
    return new TokenwiseError(code, errors.map(({ message }) => message).join("\n"), { cause: first.cause });
  const options = { cause: first.cause, ...(first.hint !== undefined && { hint: first.hint }) };
  return new TokenwiseError(code, errors.map(withoutHint).join("\n"), options);
}
