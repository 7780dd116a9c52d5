import { NativeError } from "./native-error.ts";

export const mostThreads = 1024;

/**
 * The C++ side reads TFJS_NATIVE_THREADS when it is loaded, and takes a value that is no number of threads for none.
 *
 * @throws ERR_NATIVE_OPTION  where it does
 */
export function checkEnvironment({ TFJS_NATIVE_THREADS: text = "" }: NodeJS.ProcessEnv = process.env): void {
  if (text !== "" && !(/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= mostThreads))
    throw new NativeError(
      "ERR_NATIVE_OPTION",
      `TFJS_NATIVE_THREADS is "${text}", not a number of threads, 1 … ${mostThreads}`,
    );
}
