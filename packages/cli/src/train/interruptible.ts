import { exitCodes } from "../exit-codes.ts";
import type { Io } from "../io.ts";

export interface Interruptible {
  /** Aborted by the first Ctrl-C; the second ends the process. */
  readonly signal: AbortSignal;
  /** Gives Ctrl-C back. */
  readonly release: () => void;
}

export function interruptible(io: Io, onFirst: () => void): Interruptible {
  const controller = new AbortController();
  const release = io.onInterrupt(() => {
    if (controller.signal.aborted) {
      io.exit(exitCodes.interrupted);
      return;
    }
    controller.abort();
    onFirst();
  });
  return { signal: controller.signal, release };
}
