/** What is wrong with what was asked for: a code of docs/reference/errors.md, and what to do. The kit's error would bring TensorFlow.js along. */
export class CreateError extends Error {
  override readonly name = "CreateError";

  constructor(
    readonly code: `TW_E_${string}`,
    message: string,
    readonly hint: string,
  ) {
    super(`${message}\n  hint: ${hint}`);
  }
}
