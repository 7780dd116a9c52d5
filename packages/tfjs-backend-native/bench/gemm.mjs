/**
 * The matrix product against the machine's peak: `node bench/gemm.mjs [f32|bf16] [rounds] [names…]`.
 *
 * Shapes: cubes, and every product of a step of SmolLM2-135M at 1,024 tokens (512 of them predicted): y = x·Wᵀ, dx = dy·W, dW = dyᵀ·x. The
 * peak is measured before each product, and the best of each counts, as others may use the machine.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = /** @type {(name: string) => unknown} */ (createRequire(import.meta.url));
const load = /** @type {(folder: string) => import("../src/addon.ts").Addon} */ (require("node-gyp-build"));
const addon = load(fileURLToPath(new URL("..", import.meta.url)));

const [precision = "f32", rounds = "5", ...names] = process.argv.slice(2);
const bf16 = precision === "bf16";

/** @type {[name: string, m: number, n: number, k: number, flags: number][]} */
const shapes = [
  ["cube 1024", 1024, 1024, 1024, 0],
  ["cube 1024 aᵀ", 1024, 1024, 1024, 1],
  ["cube 1024 bᵀ", 1024, 1024, 1024, 2],
  ["cube 1024 aᵀbᵀ", 1024, 1024, 1024, 3],
  ["cube 1536", 1536, 1536, 1536, 0],
  ["cube 2048", 2048, 2048, 2048, 0],
];
/** @type {[name: string, outputs: number, inputs: number, rows: number][]} */
const layers = [
  ["query, output", 576, 576, 1024],
  ["key, value", 192, 576, 1024],
  ["gate, up", 1536, 576, 1024],
  ["down", 576, 1536, 1024],
  ["vocabulary", 49152, 576, 512],
];
for (const [name, o, i, rows] of layers)
  shapes.push([`${name}: y`, rows, o, i, 2], [`${name}: dx`, rows, i, o, 0], [`${name}: dW`, o, i, rows, 1]);

/** @param {number} length */
const numbers = (length) => Float32Array.from({ length }, (_, i) => ((i * 7919) % 1000) / 1000 - 0.5);

/** @param {() => number} work  does it and says how many operations it was @returns GFLOP/s */
const rate = (work) => {
  const start = process.hrtime.bigint();
  const operations = work();
  return operations / Number(process.hrtime.bigint() - start);
};

let peak = 0;
const measurePeak = () => {
  const chains = () => (bf16 ? addon.peakBf16MultiplyAdds(200_000) : addon.peakMultiplyAdds(200_000));
  for (let i = 0; i < 3; i++) peak = Math.max(peak, rate(chains));
};

/** @type {{ name: string, sizes: string, best: number }[]} */
const rows = [];
for (const [name, m, n, k, flags] of shapes.filter(
  ([name]) => names.length === 0 || names.some((part) => name.includes(part)),
)) {
  const [a, b, c] = [numbers(m * k), numbers(k * n), new Float32Array(m * n)];
  const work = () => {
    addon.multiply(a, b, c, m, n, k, flags, bf16 ? 1 : 0);
    return 2 * m * n * k;
  };
  let best = 0;
  const count = Math.max(
    Number(rounds),
    Math.min(Number(rounds) * 8, Math.round((Number(rounds) * 5e9) / (2 * m * n * k))),
  );
  for (let i = 0; i < count; i++) {
    measurePeak();
    best = Math.max(best, rate(work));
  }
  rows.push({ name, sizes: `${m}×${n}×${k}`, best });
}
for (const { name, sizes, best } of rows)
  console.log(
    name.padEnd(20),
    sizes.padEnd(16),
    best.toFixed(0).padStart(6),
    `${((100 * best) / peak).toFixed(0)} %`.padStart(6),
  );
const shares = rows.map(({ best }) => best / peak);
const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
console.log(
  `${addon.instructionSet()}, ${precision}, ${addon.threadCount()} threads: peak ${peak.toFixed(0)} GFLOP/s, ` +
    `mean ${(100 * mean).toFixed(0)} %, least ${(100 * Math.min(...shares)).toFixed(0)} %`,
);
