/** Kernels that do little but read and write, beside the triad of the same minute. Every array has 128 MiB. */
import { addon } from "../src/addon.ts";
import { large } from "./arrays.ts";
import { elementwiseWorks } from "./elementwise.ts";
import { inTurns } from "./measure.ts";
import type { Row } from "./row.ts";

const count = 2 ** 25;
const numbers = (value = 0.5): Float32Array => large(Float32Array, count, value);

export interface Work {
  readonly name: string;
  /** float32 numbers read and written, each once. */
  readonly moved: number;
  readonly run: () => void;
}

function works(): readonly Work[] {
  const [a, b, c, d, e] = [numbers(), numbers(), numbers(), numbers(), numbers()] as const;
  const halves = large(Uint16Array, count, 0x3f00);
  const [width, headDim] = [576, 64];
  const rows = Math.floor(count / width);
  const all = rows * width;
  const [weight, dWeight, r] = [
    new Float32Array(width).fill(1),
    new Float32Array(width),
    new Float32Array(rows).fill(1),
  ];
  const [cos, sin] = [new Float32Array(rows * headDim).fill(0.6), new Float32Array(rows * headDim).fill(0.8)];
  const ids = Int32Array.from({ length: rows }, (_, n) => (n * 7919) % rows);
  const [rates, decays] = [new Float64Array([1e-6]), new Float64Array([0.1])];
  const native = addon();
  return [
    { name: "RMSNorm", moved: 2 * all, run: () => native.rmsNorm(rows, width, a, weight, 1e-5, d, r) },
    {
      name: "RMSNorm, gradient",
      moved: 3 * all,
      run: () => native.rmsNormGradient(rows, width, a, b, weight, r, d, dWeight),
    },
    {
      name: "RoPE",
      moved: 2 * all + 2 * rows * headDim,
      run: () => native.rope(rows, width / headDim, headDim / 2, a, cos, sin, false, d),
    },
    { name: "SwiGLU", moved: 3 * count, run: () => native.swiGlu(a, b, d) },
    { name: "SwiGLU, gradient", moved: 5 * count, run: () => native.swiGluGradient(a, b, c, d, e) },
    {
      name: "AdamW",
      moved: 7 * count,
      run: () => native.adamW([d], [a], [b], [c], rates, decays, 0.9, 0.999, 1e-8, 1, 10),
    },
    { name: "embedding", moved: 2 * all, run: () => native.gatherRows(rows, rows, width, a, ids, d) },
    { name: "embedding, gradient", moved: 2 * all, run: () => native.scatterRows(rows, rows, width, a, ids, d) },
    { name: "global norm", moved: count, run: () => void native.globalNorm([a]) },
    { name: "bf16 to f32", moved: 1.5 * count, run: () => native.fromBf16(halves, d) },
    { name: "f32 to bf16", moved: 1.5 * count, run: () => native.toBf16(a, halves) },
  ];
}

export function memoryRows(): readonly Row[] {
  const [x, y, out, result] = [numbers(), numbers(), numbers(), numbers()] as const;
  return [...works(), ...elementwiseWorks(x, y, result)].map(({ name, moved, run }) => {
    const best = inTurns({ [name]: run, triad: () => addon().peakTriad(x, y, 3, out) }, 6);
    const rate = (4 * moved) / best[name]! / ((12 * count) / best.triad!);
    return { name, value: rate, unit: "of triad", bar: { least: 0.8 } };
  });
}
