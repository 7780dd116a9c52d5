export type NativeErrorCode =
  /** There is no addon for this platform, built or prebuilt. */
  | "ERR_NATIVE_NOT_BUILT"
  /** There is one, but Node cannot load it: made for another system, or incomplete. */
  | "ERR_NATIVE_NOT_LOADED"
  /** Memory for an output or for work could not be had. Everything else is as it was before the call. */
  | "ERR_NATIVE_MEMORY"
  /** `configure` or an environment variable was given something that it does not know. */
  | "ERR_NATIVE_OPTION"
  /** A precision that does not exist, or that this processor has not. */
  | "ERR_NATIVE_PRECISION";

/** An error of this package. Those of the C++ side have the codes ERR_NATIVE_ARGUMENT, ERR_NATIVE_MEMORY and ERR_NATIVE_FAILED. */
export class NativeError extends Error {
  override readonly name = "NativeError";

  constructor(
    readonly code: NativeErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
