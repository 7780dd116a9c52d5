/** Runs a program and collects what it says. */
import { spawn } from "node:child_process";

export interface Outcome {
  /** undefined where the program is not there, or a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's. */
  readonly env?: Readonly<Record<string, string>>;
}

export const run = (command: string, args: readonly string[], { cwd, env }: RunOptions = {}): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].on("data", (data: Buffer) => {
        said[name] += data.toString();
      });
    child.on("error", (error) => resolve({ ...said, code: undefined, stderr: error.message }));
    child.on("close", (code) => resolve({ ...said, code: code ?? undefined }));
  });

/** The last lines of what a program complained of. */
export const complaint = ({ stderr, stdout }: Outcome): string =>
  (stderr.trim() || stdout.trim()).split("\n").slice(-6).join("\n");
