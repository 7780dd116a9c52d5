/** Whole steps of training, where the package lies in the workspace of a trainer that has a program for them. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inTurns, rawTimes } from "./measure.ts";
import { product, type Precision } from "./products.ts";
import type { Bar, Row } from "./row.ts";

const workspace = fileURLToPath(new URL("../../../", import.meta.url));
const program = `${workspace}tools/benchmarks/src/dpo-step.ts`;
const peer = `${workspace}tools/benchmarks/peers/dpo_step.py`;

interface Measured {
  readonly seconds: readonly number[];
  readonly operations: number;
  readonly peakGiB: number;
}

/** Or why there is none. */
type Measurement = Measured | string;

/** The last line that a program prints as JSON, or why there is none. */
function run(
  name: string,
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Measurement {
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

const step = (name: string, args: readonly string[], environment?: Record<string, string>): Measurement =>
  existsSync(program)
    ? run(name, "npx", ["tsx", program, ...args], environment)
    : "this copy of the package has no trainer beside it";

const best = ({ seconds }: Measured): number => Math.min(...seconds);

/** Python with torch and transformers: $TOKENWISE_PYTHON, or python3. */
const torchStep = (name: string, ...args: string[]): Measurement => {
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

/** One figure of two measurements, as a ratio. */
function ratio(name: string, a: Measurement, b: Measurement, of: (measured: Measured) => number, bar: Bar): Row {
  if (typeof a === "string") return { name, reason: a };
  if (typeof b === "string") return { name, reason: b };
  const detail = `${of(a).toFixed(2)} against ${of(b).toFixed(2)}`;
  return { name, value: of(a) / of(b), unit: "×", bar, detail };
}

/** A step that does nothing but its operations, at the rate of the matrix product. */
const ideal = (measured: Measurement, precision: Precision): Measurement =>
  typeof measured === "string" ? measured : { ...measured, seconds: [measured.operations / gemmRate(precision)] };

/** Row by row, as they are measured. */
export function* stepRows(hasBf16: boolean): Generator<Row> {
  const name = "DPO step of SmolLM2-135M";
  const ours = step(name, ["--steps", "6"]);
  yield ratio(`${name}, f32 ÷ its operations at the GEMM's rate`, ours, ideal(ours, "f32"), best, { most: 1.3 });
  const torch = torchStep(`${name}, PyTorch`, "--steps", "6");
  yield ratio(`${name}, f32 ÷ PyTorch's time`, ours, torch, best, { most: 1 });
  yield ratio(`${name}, peak memory ÷ PyTorch's`, ours, torch, ({ peakGiB }) => peakGiB, { most: 0.7 });
  const recomputed = step(`${name}, recomputed`, ["--steps", "3", "--recompute"]);
  yield ratio(`${name}, recomputed, peak ÷ PyTorch's`, recomputed, torch, ({ peakGiB }) => peakGiB, { most: 0.6 });
  const slice = ["--layers", "4", "--steps", "4"];
  const fast = step("4 layers, native", slice);
  const slow = step("4 layers, wasm", [...slice, "--backend", "wasm"]);
  yield ratio("4 layers of it, wasm's time ÷ ours", slow, fast, best, { least: 7 });
  if (!hasBf16) {
    yield { name: `${name}, bf16`, reason: "this processor has no dot products of bfloat16" };
    return;
  }
  const half = step(`${name}, bf16`, ["--steps", "6"], { TFJS_NATIVE_PRECISION: "bf16" });
  yield ratio(`${name}, bf16 ÷ its operations at the bf16 GEMM's`, half, ideal(half, "bf16"), best, { most: 1.7 });
  const halfTorch = torchStep(`${name}, bf16, PyTorch`, "--steps", "6", "--bf16");
  yield ratio(`${name}, bf16 ÷ PyTorch's time`, half, halfTorch, best, { most: 1 });
}
