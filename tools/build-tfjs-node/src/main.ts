/** `npm run build:tfjs-node`: 0 where the folder is made and its binding multiplies, 1 where it cannot be made, 2 for a wrong use. */
import { resolve } from "node:path";
import { Command } from "commander";
import { build, type BuildOptions } from "./build.ts";
import { Problem } from "./problem.ts";

const usage = 2;
/** npm runs commands at the root, and says where it was called. */
const from = process.env.INIT_CWD ?? process.cwd();

export async function main(args: readonly string[], write: (text: string) => void = console.log): Promise<number> {
  const program = new Command("build-tfjs-node")
    .description(
      "Makes the binding of @tensorflow/tfjs-node from the libtensorflow of a PyPI wheel, in a folder of its own.",
    )
    .option("--output <folder>", "what is made; a folder that was made before is replaced", "tfjs-node")
    .option("--cuda", "the build for NVIDIA GPUs, with CUDA's libraries: some 2.1 GB to download, 3.7 GB in the end")
    .option("--wheels <folder>", "wheels that were downloaded before")
    .option("--index <url>", "a Python package index to ask instead of pip; PIP_INDEX_URL where pip is missing")
    .exitOverride((error) => {
      throw Object.assign(error, { exitCode: error.exitCode === 0 ? 0 : usage });
    })
    .configureOutput({ writeOut: (text) => write(text.trimEnd()), writeErr: (text) => write(text.trimEnd()) });
  try {
    program.parse([...args], { from: "user" });
    const { output, cuda = false, wheels, index } = program.opts<Flags>();
    const options: BuildOptions = {
      output: resolve(from, output),
      cuda,
      wheels: wheels === undefined ? undefined : resolve(from, wheels),
      index,
    };
    await build(options, write);
    return 0;
  } catch (error) {
    if (!(error instanceof Problem)) return exitCodeOf(error);
    write(`${error.code}: ${error.message}\n  hint: ${error.hint}`);
    return 1;
  }
}

interface Flags {
  readonly output: string;
  readonly cuda?: true;
  readonly wheels?: string;
  readonly index?: string;
}

/** Of what commander throws; anything else is a bug, and is thrown on. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Error && "exitCode" in error) return Number(error.exitCode);
  throw error;
}
