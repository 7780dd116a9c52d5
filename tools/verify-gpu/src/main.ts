/** `npm run verify:gpu`: 0 where all holds, 1 where something does not, 2 for a wrong use, 3 without what it needs. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { describeEnvironment } from "./environment.ts";
import { casesOf, demoSchema, probeSchema, verifySchema, type Probe, type Result } from "./result.ts";
import { root, run, runScript } from "./run.ts";

const exitCodes = { holds: 0, short: 1, usage: 2, missing: 3 };
/** npm runs commands at the root, and says where it was called. */
const from = process.env.INIT_CWD ?? process.cwd();

interface Flags {
  readonly output: string;
  readonly steps?: string;
  readonly allowCpu?: true;
}

export async function main(args: readonly string[], write: (text: string) => void = console.log): Promise<number> {
  const program = new Command("verify:gpu")
    .description("Trains the demonstration and runs the oracles on the backend tensorflow, and writes a result file.")
    .argument("[files...]", "case files of oracles (default: those of tools/verify)")
    .option("--output <file>", "where the result goes", "verify-gpu.json")
    .option("--steps <n>", "optimizer steps of each model of the demonstration (default: its own)")
    .option(
      "--allow-cpu",
      "run it where tensorflow finds no GPU too: this tries the command, and says nothing about GPUs",
    )
    .exitOverride((error) => {
      throw Object.assign(error, { exitCode: error.exitCode === 0 ? 0 : exitCodes.usage });
    })
    .configureOutput({ writeOut: (text) => write(text.trimEnd()), writeErr: (text) => write(text.trimEnd()) });
  try {
    program.parse([...args], { from: "user" });
  } catch (error) {
    return (error as { readonly exitCode?: number }).exitCode ?? exitCodes.usage;
  }
  const { output, allowCpu = false, steps } = program.opts<Flags>();
  const probe = await probeTensorflow(write);
  if (probe === undefined) return exitCodes.missing;
  if (probe.device === "CPU" && !allowCpu) {
    write("VERIFY_E_NO_GPU: tensorflow works here, and computes on the processor: it finds no GPU");
    write(
      "  hint: install NVIDIA's driver and a build with CUDA (npm run build:tfjs-node -- --cuda), or give --allow-cpu",
    );
    return exitCodes.missing;
  }
  const files = program.args.map((file) => resolve(from, file));
  const result = await verifyAll(probe, { files: files.length > 0 ? files : await goldens(), steps });
  await writeFile(resolve(from, output), `${JSON.stringify(result, null, 2)}\n`);
  write(`${result.holds ? "holds" : "short"} on ${probe.device}: ${result.oracles.summary}`);
  write(`the demonstration took ${result.demo.seconds.toFixed(0)} s; result in ${resolve(from, output)}`);
  return result.holds ? exitCodes.holds : exitCodes.short;
}

async function probeTensorflow(write: (text: string) => void): Promise<Probe | undefined> {
  const { code, stdout } = await runScript("tools/verify-gpu/src/probe.ts");
  if (code === 0) return probeSchema.parse(JSON.parse(stdout));
  write("VERIFY_E_NO_TENSORFLOW: the backend tensorflow does not start here");
  write("  hint: npm run build:tfjs-node -- --cuda, and name the folder in TOKENWISE_TFJS_NODE");
  return undefined;
}

async function goldens(): Promise<readonly string[]> {
  const folder = join(root, "tools/verify/goldens");
  return (await readdir(folder)).filter((name) => name.endsWith(".json")).map((name) => join(folder, name));
}

interface Options {
  readonly files: readonly string[];
  readonly steps: string | undefined;
}

/** Each in a process of its own, one after the other: each has the GPU's memory for itself. */
async function verifyAll(probe: Probe, { files, steps }: Options): Promise<Result> {
  const backend = ["--backend", "tensorflow"];
  const oracles = await timed(() => runScript("tools/verify/src/index.ts", [...backend, "--json", ...files]));
  const verified = verifySchema.parse(JSON.parse(oracles.stdout));
  const folder = await mkdtemp(join(tmpdir(), "tokenwise-verify-gpu-"));
  try {
    const table = join(folder, "demo.json");
    const length = steps === undefined ? [] : ["--steps", steps];
    const demo = await timed(() =>
      run(process.execPath, ["tools/scripts/src/demo.mjs", ...backend, ...length, "--output", table], true),
    );
    return {
      date: new Date().toISOString(),
      holds: oracles.code === 0 && demo.code === 0,
      environment: await describeEnvironment(),
      ...probe,
      oracles: { seconds: oracles.seconds, summary: verified.summary, cases: casesOf(verified) },
      demo: { seconds: demo.seconds, ...demoSchema.parse(JSON.parse(await readFile(table, "utf8"))) },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed<T extends object>(work: () => Promise<T>): Promise<T & { readonly seconds: number }> {
  const started = performance.now();
  const outcome = await work();
  return { ...outcome, seconds: (performance.now() - started) / 1000 };
}
