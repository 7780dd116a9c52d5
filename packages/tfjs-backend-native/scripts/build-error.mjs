/** Why the addon could not be built. */

/** @typedef {"ERR_NATIVE_NO_COMPILER" | "ERR_NATIVE_NO_HEADERS" | "ERR_NATIVE_NO_SOURCES" | "ERR_NATIVE_COMPILER"} BuildErrorCode */

export class BuildError extends Error {
  /** @override */
  name = "BuildError";

  /** @param {BuildErrorCode} code @param {string} message @param {ErrorOptions} [options] */
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }
}
