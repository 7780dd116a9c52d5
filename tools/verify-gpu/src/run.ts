/** Runs a program at the root of the workspace. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface Outcome {
  /** undefined where the program is not there, or a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
}

/** @param shown  whether its output is passed on instead of collected; what it writes to stderr always is */
export const run = (command: string, args: readonly string[], shown = false): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", shown ? "inherit" : "pipe", "inherit"] });
    let stdout = "";
    child.stdout?.on("data", (data: Buffer) => {
      stdout += data.toString();
    });
    child.on("error", () => resolve({ code: undefined, stdout }));
    child.on("close", (code) => resolve({ code: code ?? undefined, stdout }));
  });

/** A script of the workspace, from source. */
export const runScript = (script: string, args: readonly string[] = [], shown = false): Promise<Outcome> =>
  run(process.execPath, ["--import", import.meta.resolve("tsx"), script, ...args], shown);
