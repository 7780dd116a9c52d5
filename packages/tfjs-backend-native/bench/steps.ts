/** Whole steps of training, where the package lies in the workspace of a trainer that has a program for them. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inTurns, rawTimes } from "./measure.ts";
import { product, type Precision } from "./products.ts";
import type { Row } from "./row.ts";

const workspace = fileURLToPath(new URL("../../../", import.meta.url));
const program = `${workspace}tools/benchmarks/src/dpo-step.ts`;
const peer = `${workspace}tools/benchmarks/peers/dpo_step.py`;

interface Measured {
  readonly seconds: readonly number[];
  readonly operations: number;
  readonly peakGiB: number;
}

/** The last line that a program prints as JSON, or why there is none. */
function run(
  name: string,
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Measured | string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, ...environment },
    timeout: 300_000,
  });
  if (error) return error.message;
  if (status !== 0) return stderr.trim().split("\n").at(-1) ?? `exit code ${status}`;
  const measured = JSON.parse(
    stdout
      .trim()
      .split("\n")
      .findLast((line) => line.startsWith("{")) ?? "null",
  ) as Measured;
  rawTimes[name] = [...measured.seconds];
  return measured;
}

const step = (name: string, args: readonly string[], environment?: Record<string, string>): Measured | string =>
  existsSync(program)
    ? run(name, "npx", ["tsx", program, ...args], environment)
    : "this copy of the package has no trainer beside it";

const best = ({ seconds }: Measured): number => Math.min(...seconds);

/** Python with torch and transformers: $TOKENWISE_PYTHON, or python3. */
const torchStep = (name: string, ...args: string[]): Measured | string => {
  const python = process.env.TOKENWISE_PYTHON ?? "python3";
  const found = run(name, python, [peer, ...args]);
  return typeof found === "string"
    ? `PyTorch: ${found} (set TOKENWISE_PYTHON to a Python with torch and transformers)`
    : found;
};

/** Operations a second of products of 1024³: the best of several. */
function gemmRate(precision: Precision): number {
  const size = 1024;
  return (
    (2 * size ** 3) / inTurns({ product: product({ name: "", m: size, n: size, k: size }, precision) }, 30).product
  );
}

export function stepRows(hasBf16: boolean): readonly Row[] {
  const rows: Row[] = [];
  const name = "DPO step of SmolLM2-135M";
  const ours = step(name, ["--steps", "5"]);
  const torch = torchStep(`${name}, PyTorch`, "--steps", "4");
  const compare = (
    title: string,
    a: Measured | string,
    b: Measured | string,
    of: (x: Measured) => number,
    most: number,
  ): void => {
    if (typeof a === "string" || typeof b === "string")
      rows.push({ name: title, reason: typeof a === "string" ? a : (b as string) });
    else
      rows.push({
        name: title,
        value: of(a) / of(b),
        unit: "×",
        bar: { most },
        detail: `${of(a).toFixed(2)} against ${of(b).toFixed(2)}`,
      });
  };
  const ideal = (measured: Measured, precision: Precision): Measured => ({
    ...measured,
    seconds: [measured.operations / gemmRate(precision)],
  });
  compare(
    `${name}, f32 ÷ its operations at the GEMM's rate`,
    ours,
    typeof ours === "string" ? ours : ideal(ours, "f32"),
    best,
    1.3,
  );
  compare(`${name}, f32 ÷ PyTorch's time`, ours, torch, best, 1);
  compare(`${name}, peak memory ÷ PyTorch's`, ours, torch, ({ peakGiB }) => peakGiB, 0.7);
  const recomputed = step(`${name}, recomputed`, ["--steps", "3", "--recompute"]);
  compare(`${name}, peak memory with recomputation ÷ PyTorch's`, recomputed, torch, ({ peakGiB }) => peakGiB, 0.6);
  const slice = ["--layers", "4", "--steps", "3"];
  const [fast, slow] = [step("4 layers, native", slice), step("4 layers, wasm", [...slice, "--backend", "wasm"])];
  if (typeof fast === "string" || typeof slow === "string")
    rows.push({
      name: "4 layers of it, wasm's time ÷ ours",
      reason: typeof fast === "string" ? fast : (slow as string),
    });
  else
    rows.push({
      name: "4 layers of it, wasm's time ÷ ours",
      value: best(slow) / best(fast),
      unit: "×",
      bar: { least: 7 },
    });
  if (!hasBf16) return [...rows, { name: `${name}, bf16`, reason: "this processor has no dot products of bfloat16" }];
  const half = step(`${name}, bf16`, ["--steps", "5"], { TFJS_NATIVE_PRECISION: "bf16" });
  const halfTorch = torchStep(`${name}, bf16, PyTorch`, "--steps", "4", "--bf16");
  compare(
    `${name}, bf16 ÷ its operations at the bf16 GEMM's rate`,
    half,
    typeof half === "string" ? half : ideal(half, "bf16"),
    best,
    1.7,
  );
  compare(`${name}, bf16 ÷ PyTorch's time`, half, halfTorch, best, 1);
  return rows;
}
