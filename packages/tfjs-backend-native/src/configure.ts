import { addon } from "./addon.ts";
import { mostThreads } from "./environment.ts";
import { memoryPool } from "./memory/memory-pool.ts";
import { NativeError } from "./native-error.ts";

export interface NativeOptions {
  /**
   * Threads that kernels are spread over, 1 … 1024; the calling one counts. For all `worker_threads` of the process, which share them. Without
   * it what TFJS_NATIVE_THREADS says, else the processors that the process may use. Results depend on it in their last bits.
   */
  readonly threads?: number;
  /** Bytes that this JavaScript thread keeps of outputs that are no more, for the next ones. Without it, a quarter of the memory. */
  readonly poolBytes?: number;
}

const most = { threads: mostThreads, poolBytes: Number.MAX_SAFE_INTEGER };
const least = { threads: 1, poolBytes: 0 };

/**
 * Sets what is given and leaves the rest; nothing is set if something is wrong.
 *
 * @throws ERR_NATIVE_OPTION  an option that is unknown or out of range
 * @throws ERR_NATIVE_NOT_BUILT, ERR_NATIVE_NOT_LOADED
 */
export function configure(options: NativeOptions): void {
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    if (name !== "threads" && name !== "poolBytes")
      throw new NativeError("ERR_NATIVE_OPTION", `"${name}" is no option; there are threads and poolBytes`);
    if (!Number.isInteger(value) || (value as number) < least[name] || (value as number) > most[name])
      throw new NativeError(
        "ERR_NATIVE_OPTION",
        `${name} is ${String(value)}, not an integer of ${least[name]} … ${most[name]}`,
      );
  }
  const { threads, poolBytes } = options;
  if (threads !== undefined) addon().setThreadCount(threads);
  if (poolBytes !== undefined) memoryPool.limit = poolBytes;
}

/** Threads in use. @throws ERR_NATIVE_NOT_BUILT, ERR_NATIVE_NOT_LOADED */
export const threadCount = (): number => addon().threadCount();
