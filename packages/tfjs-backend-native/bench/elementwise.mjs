/**
 * Unfused operations on large arrays beside the triad, and what a small call costs: `node bench/elementwise.mjs [repetitions]`.
 *
 * Rates count the bytes read and written, once each. Tasks take turns with the triad, and each time is the best of several, so that a
 * disturbance meets all. The calls through TensorFlow.js need the built package (`npm run build`).
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** @type {unknown} */
const loader = createRequire(import.meta.url)("node-gyp-build");
const load = /** @type {(folder: string) => import("../src/addon.ts").Addon} */ (loader);
const addon = load(fileURLToPath(new URL("..", import.meta.url)));

const repetitions = Number(process.argv[2] ?? 7);
/** 128 MB an array. */
const [rows, columns] = [8192, 4096];
const size = rows * columns;

/** @param {string} names @param {string} name */
const code = (names, name) => names.split(" ").indexOf(name);
/** @param {number} length */
const numbers = (length) => Float32Array.from({ length }, (_, i) => Math.sin(i) * 3);

/** @typedef {{ name: string, bytes: number, run: () => void }} Task */

/** Milliseconds. @param {Task[]} tasks @param {Task} measure */
function bestTimes(tasks, measure) {
  const all = [measure, ...tasks];
  const best = all.map(() => Infinity);
  for (let round = 0; round < repetitions; round++)
    for (const task of tasks)
      for (const timed of [measure, task]) {
        const start = performance.now();
        timed.run();
        const at = all.indexOf(timed);
        best[at] = Math.min(best[at] ?? Infinity, performance.now() - start);
      }
  return best;
}

function largeArrays() {
  const [a, b, out] = [numbers(size), numbers(size), new Float32Array(size)];
  const [row, column, sums] = [numbers(columns), numbers(rows), new Float32Array(Math.max(rows, columns))];
  const bools = new Uint8Array(size);
  const ints = new Int32Array(out.buffer);
  const ids = Int32Array.from({ length: rows }, (_, i) => (i * 7919) % rows);
  const bits = Float64Array.of(0, 0, columns, 1, rows, rows, columns, 1);
  const one = /** @type {const} */ ([1, 1, 1, size, 8, 8]);
  /** @param {string} name @returns {Task} */
  const unary = (name) => ({
    name,
    bytes: 8 * size,
    run: () => addon.unary(code(addon.unaryNames(), name), a, out, -1, 1),
  });
  /** @param {string} name @returns {Task} */
  const binary = (name) => ({
    name,
    bytes: 12 * size,
    run: () => addon.binary(code(addon.binaryNames(), name), a, b, out, ...one),
  });
  /** @param {string} name @param {number} divisor @returns {(outer: number, middle: number, inner: number) => () => void} */
  const reduce = (name, divisor) => (outer, middle, inner) => () =>
    addon.reduce(code(addon.reductionNames(), name), a, sums, outer, middle, inner, divisor);
  const multiply = code(addon.binaryNames(), "Multiply");
  const greater = code(addon.comparisonNames(), "Greater");
  /** @type {Task[]} */
  const tasks = [
    ...[
      "Neg",
      "Square",
      "Sqrt",
      "Rsqrt",
      "Relu",
      "ClipByValue",
      "Exp",
      "Log",
      "Log1p",
      "Sigmoid",
      "Tanh",
      "Softplus",
    ].map(unary),
    ...["Add", "Multiply", "RealDiv", "Maximum", "SquaredDifference"].map(binary),
    {
      name: "Multiply by a number",
      bytes: 8 * size,
      run: () => addon.binary(multiply, a, row, out, 1, 1, 1, size, 8, 0),
    },
    {
      name: "Multiply by a row",
      bytes: 8 * size,
      run: () => addon.binary(multiply, a, row, out, 1, 1, rows, columns, 12, 8),
    },
    {
      name: "Multiply by a column",
      bytes: 8 * size,
      run: () => addon.binary(multiply, a, column, out, 1, 1, rows, columns, 12, 4),
    },
    { name: "Greater", bytes: 9 * size, run: () => addon.compare(greater, a, b, bools, ...one) },
    { name: "Select", bytes: 13 * size, run: () => addon.select(bools, a, b, out) },
    { name: "AddN of 2", bytes: 12 * size, run: () => addon.addAll(out, a, b) },
    { name: "Cast to int32", bytes: 8 * size, run: () => addon.convert(a, ints) },
    { name: "Sum", bytes: 4 * size, run: reduce("Sum", 1)(1, size, 1) },
    { name: "Sum of rows", bytes: 4 * size, run: reduce("Sum", 1)(rows, columns, 1) },
    { name: "Sum of columns", bytes: 4 * size, run: reduce("Sum", 1)(1, rows, columns) },
    { name: "Max of rows", bytes: 4 * size, run: reduce("Max", 1)(rows, columns, 1) },
    { name: "ArgMax of rows", bytes: 4 * size, run: () => addon.argExtreme(true, a, new Int32Array(rows), columns) },
    { name: "Transpose", bytes: 8 * size, run: () => addon.copy(a, out, bits, 2) },
    { name: "Gather of rows", bytes: 8 * size, run: () => addon.gather(a, ids, out, 1, 1, rows, rows, columns) },
    { name: "UnsortedSegmentSum", bytes: 8 * size, run: () => addon.scatterAdd(a, ids, out, rows, columns) },
  ];
  const triad = { name: "triad", bytes: 12 * size, run: () => addon.peakTriad(a, b, 3, out) };
  const best = bestTimes(tasks, triad);
  const rates = [triad, ...tasks].map(({ name, bytes }, i) => ({ name, rate: bytes / 1e6 / (best[i] ?? Infinity) }));
  const peak = rates[0]?.rate ?? 1;
  for (const { name, rate } of rates)
    console.log(
      `${name.padEnd(24)} ${rate.toFixed(1).padStart(7)} GB/s ${((100 * rate) / peak).toFixed(0).padStart(6)} % of triad`,
    );
}

/** Microseconds. @param {() => void} call */
function callTime(call, calls = 2000) {
  let best = Infinity;
  for (let round = 0; round < 50; round++) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) call();
    best = Math.min(best, ((performance.now() - start) * 1000) / calls);
  }
  return best;
}

async function smallCalls() {
  const [x, y, out] = [numbers(64), numbers(64), new Float32Array(64)];
  const plan = Float64Array.of(0, 0, 8, 1, 8, 8, 8, 1);
  /** @type {Record<string, () => void>} */
  const calls = {
    empty: () => addon.empty(),
    unary: () => addon.unary(0, x, out, 0, 0),
    binary: () => addon.binary(0, x, y, out, 1, 1, 1, 64, 8, 8),
    reduce: () => addon.reduce(0, x, out, 8, 8, 1, 1),
    copy: () => addon.copy(x, out, plan, 2),
  };
  for (const [name, call] of Object.entries(calls))
    console.log(`addon.${name.padEnd(18)} ${callTime(call).toFixed(2).padStart(7)} µs a call`);

  await import("@tensorflow/tfjs-backend-cpu");
  const tf = await import("@tensorflow/tfjs-core");
  const own = "../dist/index.js";
  await import(own);
  await tf.setBackend("native");
  const [a, b, matrix] = [tf.tensor1d(x), tf.tensor1d(y), tf.tensor2d(x, [8, 8])];
  /** @type {Record<string, () => import("@tensorflow/tfjs-core").Tensor>} */
  const operations = {
    exp: () => tf.exp(a),
    add: () => tf.add(a, b),
    "add (broadcast)": () => tf.add(matrix, tf.slice(a, 0, 8)),
    sum: () => tf.sum(matrix, 1),
    transpose: () => tf.transpose(matrix),
    slice: () => tf.slice(matrix, [1, 1], [3, 3]),
  };
  for (const [name, operation] of Object.entries(operations)) {
    const time = callTime(() => tf.tidy(() => void operation()), 200);
    console.log(`tf.${name.padEnd(21)} ${time.toFixed(2).padStart(7)} µs a call`);
  }
}

console.log(`${addon.instructionSet()}, ${addon.threadCount()} threads, arrays of ${(size * 4) / 2 ** 20} MiB`);
largeArrays();
await smallCalls();
