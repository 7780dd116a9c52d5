/** Coded errors. Every code stands in docs/reference/errors.md, which a test compares, and is never reused. */

const marker = Symbol.for("tokenwise.error");

export type ErrorCode = `TW_E_${string}`;

export interface TokenwiseErrorOptions extends ErrorOptions {
  /** What the reader can do about it. */
  readonly hint?: string;
}

/**
 * An error that a user can act on: a stable code, a message with values and names, and a hint.
 *
 * @example throw new TokenwiseError("TW_E_NO_COLUMN", `no column "tis-dpo.log-ratio" in pairs.jsonl`, { hint: "annotate the data first" });
 */
export class TokenwiseError extends Error {
  readonly [marker] = true;
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  override readonly name = "TokenwiseError";

  constructor(code: ErrorCode, message: string, { hint, ...options }: TokenwiseErrorOptions = {}) {
    super(hint === undefined ? message : `${message}\n  hint: ${hint}`, options);
    this.code = code;
    this.hint = hint;
  }

  /** True for a TokenwiseError of this or any other copy of the kit. */
  static is(value: unknown): value is TokenwiseError {
    return typeof value === "object" && value !== null && marker in value;
  }
}

/** The same error, said to be of a place: `place: message`, with its hint, and itself as the cause. */
export function atPlace(place: string, error: TokenwiseError): TokenwiseError {
  const { code, hint } = error;
  return new TokenwiseError(code, `${place}: ${withoutHint(error)}`, {
    cause: error,
    ...(hint !== undefined && { hint }),
  });
}

/** What `call` gives; a TokenwiseError that it throws is said to be of a place. */
export function placing<T>(place: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw TokenwiseError.is(error) ? atPlace(place, error) : error;
  }
}

/** The message alone. */
export const withoutHint = ({ message, hint }: TokenwiseError): string =>
  hint === undefined ? message : message.slice(0, -`\n  hint: ${hint}`.length);
