export type NativeErrorCode =
  /** There is no addon for this platform, built or prebuilt. */
  | "ERR_NATIVE_NOT_BUILT"
  /** There is one, but Node cannot load it: made for another system, or incomplete. */
  | "ERR_NATIVE_NOT_LOADED";

/** An error of this package. Those of the C++ side have the codes ERR_NATIVE_ARGUMENT and ERR_NATIVE_MEMORY. */
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
