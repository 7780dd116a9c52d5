export { tf } from "./tensorflow.ts";
export { TokenwiseError, type ErrorCode, type TokenwiseErrorOptions } from "./errors.ts";
