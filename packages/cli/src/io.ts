/** Where a command writes, and how it is interrupted. */

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width in characters, of a terminal. */
  readonly columns?: number;
}

export interface Io {
  /** Results and progress. */
  readonly stdout: Output;
  /** Errors and warnings. */
  readonly stderr: Output;
  /** Calls the listener at every Ctrl-C, in place of ending the process; returns how to stop that. */
  readonly onInterrupt: (listener: () => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

/** Those of this process. */
export function processIo(): Io {
  // Whoever reads our output may have enough of it (`tokenwise generate … | head`).
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    onInterrupt(listener) {
      process.on("SIGINT", listener);
      return () => process.off("SIGINT", listener);
    },
    exit: (code) => process.exit(code),
  };
}
