/** What keeps the build from ending, and what the user can do about it. */
export type ProblemCode =
  | "BUILD_E_PLATFORM"
  | "BUILD_E_COMPILER"
  | "BUILD_E_OUTPUT"
  | "BUILD_E_DOWNLOAD"
  | "BUILD_E_CHECKSUM"
  | "BUILD_E_COMPILE"
  | "BUILD_E_LOAD";

export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
