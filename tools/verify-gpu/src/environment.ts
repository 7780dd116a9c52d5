/** The machine and the commit. */
import { availableParallelism, cpus, totalmem } from "node:os";
import { run } from "./run.ts";

const outputOf = async (command: string, args: readonly string[]): Promise<string | null> => {
  const { code, stdout } = await run(command, args);
  return code === 0 ? stdout.trim() : null;
};

export async function describeEnvironment() {
  const query = ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"];
  const gpus = await outputOf("nvidia-smi", query);
  return {
    commit: await outputOf("git", ["rev-parse", "HEAD"]),
    changed: (await outputOf("git", ["status", "--porcelain", "--untracked-files=no"])) !== "",
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? null,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    /** Name, driver, memory. */
    gpus: gpus === null ? [] : gpus.split("\n"),
  };
}
