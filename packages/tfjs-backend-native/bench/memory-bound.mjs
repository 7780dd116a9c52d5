/**
 * The memory-bound kernels against the machine's triad bandwidth: `node bench/memory-bound.mjs [rounds]`.
 *
 * Every array of float32 has 128 MiB. Bytes read and written are counted once each. Each kernel takes turns with the triad, and the best
 * time of each counts, as others may use the machine.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = /** @type {(name: string) => unknown} */ (createRequire(import.meta.url));
const load = /** @type {(folder: string) => import("../src/addon.ts").Addon} */ (require("node-gyp-build"));
const addon = load(fileURLToPath(new URL("..", import.meta.url)));

const rounds = Number(process.argv[2] ?? 5);
const count = 2 ** 25;

/** Aligned, and on huge pages where there are any, as the backend's outputs are. @param {number} bytes */
const memory = (bytes) => {
  const buffer = new ArrayBuffer(bytes + 64);
  return { buffer, offset: addon.prepareMemory(buffer) };
};
const array = () => {
  const { buffer, offset } = memory(4 * count);
  return new Float32Array(buffer, offset, count).fill(0.5);
};
const [a, b, c, d, e] = [array(), array(), array(), array(), array()];
const halves = new Uint16Array(count).fill(0x3f00);

const width = 576;
const rows = Math.floor(count / width);
const [weight, dweight, r] = [new Float32Array(width).fill(1), new Float32Array(width), new Float32Array(rows).fill(1)];
const headDim = 64;
const [cos, sin] = [new Float32Array(rows * headDim).fill(0.6), new Float32Array(rows * headDim).fill(0.8)];
const ids = Int32Array.from({ length: rows }, (_, n) => (n * 7919) % rows);
const [learningRates, weightDecays] = [new Float64Array([1e-6]), new Float64Array([0.1])];

/** Name, float32 numbers read and written, and the call. @type {readonly [string, number, () => void][]} */
const kernels = [
  ["RMSNorm", 2 * rows * width, () => addon.rmsNorm(rows, width, a, weight, 1e-5, d, r)],
  ["RMSNorm, gradient", 3 * rows * width, () => addon.rmsNormGradient(rows, width, a, b, weight, r, d, dweight)],
  ["RoPE", 2 * rows * (width + headDim), () => addon.rope(rows, width / headDim, headDim / 2, a, cos, sin, false, d)],
  ["SwiGLU", 3 * count, () => addon.swiGlu(a, b, d)],
  ["SwiGLU, gradient", 5 * count, () => addon.swiGluGradient(a, b, c, d, e)],
  ["embedding", 2 * rows * width, () => addon.gatherRows(rows, rows, width, a, ids, d)],
  ["embedding, gradient", 2 * rows * width, () => addon.scatterRows(rows, rows, width, a, ids, d)],
  ["AdamW", 7 * count, () => addon.adamW([d], [a], [b], [c], learningRates, weightDecays, 0.9, 0.999, 1e-8, 1, 10)],
  ["global norm", count, () => addon.globalNorm([a])],
  ["bf16 → f32", 1.5 * count, () => addon.fromBf16(halves, d)],
  ["f16 → f32", 1.5 * count, () => addon.fromF16(halves, d)],
  ["f32 → bf16", 1.5 * count, () => addon.toBf16(a, halves)],
  ["f32 → f16", 1.5 * count, () => addon.toF16(a, halves)],
];

/** @param {() => void} call @returns seconds */
const time = (call) => {
  const start = process.hrtime.bigint();
  call();
  return Number(process.hrtime.bigint() - start) / 1e9;
};

console.log(`${addon.instructionSet()}, ${addon.threadCount()} threads, best of ${rounds}`);
console.log("kernel                 GB/s   of triad");
for (const [name, numbers, call] of kernels) {
  let [best, triad] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    triad = Math.min(
      triad,
      time(() => addon.peakTriad(b, c, 3, e)),
    );
    best = Math.min(best, time(call));
  }
  const [rate, peak] = [(4 * numbers) / best / 1e9, (12 * count) / triad / 1e9];
  console.log(`${name.padEnd(20)} ${rate.toFixed(1).padStart(6)} ${((100 * rate) / peak).toFixed(0).padStart(8)} %`);
}
