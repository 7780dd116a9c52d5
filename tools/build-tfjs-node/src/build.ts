/** The build, step by step, in a folder beside the one that is made: that one is there whole, or as before. */
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";
import { compile } from "./compile.ts";
import { fetchPackages } from "./download/npm-packages.ts";
import { fetchWheel, type WheelOptions } from "./download/wheel.ts";
import { Problem } from "./problem.ts";
import { folderName, requireCompiler, requirePlatform, requireReplaceable } from "./requirements.ts";
import { complaint, run } from "./run.ts";
import { bindingVersion, libtensorflowVersion, npmPackages, wheelsFor } from "./sources.ts";
import { unzip } from "./unpack/unzip.ts";

export interface BuildOptions extends WheelOptions {
  /** The folder that is made. */
  readonly output: string;
  readonly cuda: boolean;
}

/** @throws Problem for all that a user can act on */
export async function build({ output, cuda, ...places }: BuildOptions, write: (text: string) => void): Promise<void> {
  requirePlatform();
  const compiler = await requireCompiler();
  requireReplaceable(output);
  await mkdir(dirname(output), { recursive: true });
  const work = await mkdtemp(`${output}.`);
  const step = async (name: string, work: () => Promise<void>): Promise<void> => {
    const started = performance.now();
    await work();
    write(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  };
  try {
    const made = join(work, "made");
    await mkdir(made);
    const [binding, ...others] = npmPackages(cuda);
    await step(`npm packages ${binding}, ${others.join(", ")}`, () => fetchPackages([binding, ...others], work));
    const sources = join(work, "node_modules", binding.replace(/@[\d.]+$/, ""));
    for (const wheel of wheelsFor(cuda))
      await step(`wheel ${wheel.project} ${wheel.version}`, async () => {
        const file = await fetchWheel(wheel, work, places);
        await unzip(file, made, wheel.place);
        if (dirname(file) === work) await rm(file);
      });
    await step("bundle", () => bundle(sources, made));
    const headers = join(made, "include");
    await step(`compile with ${compiler}`, () =>
      compile({ compiler, sources: join(sources, "binding"), headers, output: made }),
    );
    await rm(headers, { recursive: true });
    await writeFile(join(made, "package.json"), `${JSON.stringify(manifest(cuda), null, 2)}\n`);
    await step("try", () => tryBinding(made));
    await rm(output, { recursive: true, force: true });
    await rename(made, output);
    write(`made ${output}; to use it: export TOKENWISE_TFJS_NODE=${output}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const manifest = (cuda: boolean) => ({
  name: folderName,
  private: true,
  version: bindingVersion,
  description: `@tensorflow/tfjs-node ${bindingVersion} on libtensorflow ${libtensorflowVersion}${cuda ? " with CUDA" : ""}`,
  license: "Apache-2.0",
  main: "index.cjs",
  libtensorflow: libtensorflowVersion,
  cuda,
});

async function tryBinding(folder: string): Promise<void> {
  const script = fileURLToPath(new URL("try-binding.ts", import.meta.url));
  const cwd = fileURLToPath(new URL("../../../", import.meta.url));
  const env = { TOKENWISE_TFJS_NODE: folder };
  const outcome = await run(process.execPath, ["--import", import.meta.resolve("tsx"), script], { cwd, env });
  if (outcome.code === 0) return;
  throw new Problem(
    "BUILD_E_LOAD",
    `what was built does not work:\n${complaint(outcome)}`,
    "this is a bug of the build, or the machine lacks a library that the message names",
  );
}
