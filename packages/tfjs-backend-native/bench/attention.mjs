/**
 * Attention, forward and backward, beside the matrix product of this package: `node bench/attention.mjs [repetitions]`.
 *
 * The shape is that of SmolLM2-135M (9 query heads, 3 key-value heads of 64) at 1,024 tokens. Operations are counted causally: 4·headDim for
 * each score that a row sees in the forward pass, 10·headDim in the gradient. Each time is the best of several.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** @type {unknown} */
const loader = createRequire(import.meta.url)("node-gyp-build");
const load = /** @type {(folder: string) => import("../src/addon.ts").Addon} */ (loader);
const addon = load(fileURLToPath(new URL("..", import.meta.url)));

const [rows, heads, keyValueHeads, headDim] = [1024, 9, 3, 64];
const repetitions = Number(process.argv[2] ?? 20);

const streams = [
  { name: "one sequence of 1,024", trees: [{ prefix: 1024, branches: [] }] },
  {
    name: "two trees of 256 + 128 + 128",
    trees: [
      { prefix: 256, branches: [128, 128] },
      { prefix: 256, branches: [128, 128] },
    ],
  },
];

/** Trees one after the other, as the addon takes them. @param {{ prefix: number, branches: number[] }[]} trees */
function flatten(trees) {
  let at = 0;
  const span = (/** @type {number} */ length) => [(at += length) - length, length];
  return Int32Array.from(
    trees.flatMap(({ prefix, branches }) => [...span(prefix), branches.length, ...branches.flatMap(span)]),
  );
}

/** Scores that a row sees. @param {{ prefix: number, branches: number[] }[]} trees */
function visible(trees) {
  const causal = (/** @type {number} */ length) => (length * (length + 1)) / 2;
  const ofTree = trees.map(({ prefix, branches }) =>
    branches.reduce((pairs, length) => pairs + causal(length) + prefix * length, causal(prefix)),
  );
  return ofTree.reduce((sum, pairs) => sum + pairs, 0);
}

/** @param {number} length */
const numbers = (length) => Float32Array.from({ length }, (_, i) => Math.sin(i) * 2);

/** The best time of each, in milliseconds; they take turns, so that a disturbance meets all. @param {(() => void)[]} tasks */
function bestTimes(tasks) {
  const best = tasks.map(() => Infinity);
  for (let round = 0; round < repetitions; round++)
    tasks.forEach((task, i) => {
      const start = performance.now();
      task();
      best[i] = Math.min(best[i] ?? Infinity, performance.now() - start);
    });
  return best;
}

const size = 1024;
const [a, b, c] = [numbers(size * size), numbers(size * size), new Float32Array(size * size)];
const queries = () => numbers(rows * heads * headDim);
const keys = () => numbers(rows * keyValueHeads * headDim);
const [q, k, v, out, lse, dy] = [queries(), keys(), keys(), queries(), new Float32Array(rows * heads), queries()];
const [dq, dk, dv] = [queries(), keys(), keys()];

for (const { name, trees } of streams) {
  const flat = flatten(trees);
  const pairs = visible(trees) * heads;
  const times = bestTimes([
    () => addon.multiply(a, b, c, size, size, size, 0, 0),
    () => addon.attentionForward(q, k, v, out, lse, flat, rows, heads, keyValueHeads, headDim),
    () => addon.attentionBackward(dy, q, k, v, out, lse, dq, dk, dv, flat, rows, heads, keyValueHeads, headDim),
  ]);
  const operations = [2 * size ** 3, 4 * headDim * pairs, 10 * headDim * pairs];
  const rates = operations.map((count, i) => count / (times[i] ?? NaN) / 1e6);
  console.log(`${name} (${addon.instructionSet()}, ${addon.threadCount()} threads)`);
  ["product of 1024³", "forward", "backward"].forEach((task, i) => {
    const [time = NaN, rate = NaN, product = NaN] = [times[i], rates[i], rates[0]];
    const share = i === 0 ? "" : `  ${((100 * rate) / product).toFixed(0)} % of the product's rate`;
    console.log(
      `  ${task.padEnd(16)} ${time.toFixed(2).padStart(7)} ms ${rate.toFixed(1).padStart(6)} GFLOP/s${share}`,
    );
  });
}
