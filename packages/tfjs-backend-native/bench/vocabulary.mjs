/**
 * The pass over the vocabulary: `node bench/vocabulary.mjs [rounds]`.
 *
 * First each sweep over logits [512, 49152] against the triad: logits are counted once a model, and once more where they are written. Then
 * the whole pass, forward and backward, against its three matrix products alone. What is compared takes turns, and the best time of each
 * counts, as others may use the machine.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = /** @type {(name: string) => unknown} */ (createRequire(import.meta.url));
const load = /** @type {(folder: string) => import("../src/addon.ts").Addon} */ (require("node-gyp-build"));
const addon = load(fileURLToPath(new URL("..", import.meta.url)));

const rounds = Number(process.argv[2] ?? 5);
const [rows, columns, width] = [512, 49_152, 576];

/** Aligned, and on huge pages where there are any, as the backend's outputs are. @param {number} length */
const array = (length) => {
  const buffer = new ArrayBuffer(4 * length + 64);
  return new Float32Array(buffer, addon.prepareMemory(buffer), length);
};
/** @param {number} length @param {number} scale */
const numbers = (length, scale) => array(length).map((_, i) => scale * Math.sin(1.7 * i + 0.31 * (i % 977) ** 2));

const [policy, reference] = [numbers(rows * columns, 5), numbers(rows * columns, 5)];
const out = array(rows * columns);
const ids = Int32Array.from({ length: rows }, (_, r) => (r * 7919) % columns);

/** Forms as in native/kernels/vocabulary.h, of the policy against the reference. @typedef {[form: number, of: number, against: number, tilt?: number]} Form */
/** @type {Readonly<Record<string, readonly Form[]>>} */
const cases = {
  "log π(y)": [[0, 0, 0]],
  "log π(y), entropy": [
    [0, 0, 0],
    [1, 0, 0],
  ],
  "log π(y), forward KL": [
    [0, 0, 0],
    [3, 1, 0],
  ],
  "log π(y), both KL": [
    [0, 0, 0],
    [3, 1, 0],
    [3, 0, 1],
  ],
  "log π(y), two tilted": [
    [0, 0, 0],
    [4, 0, 1, 0.01],
    [4, 0, 1, -0.01],
  ],
};

/** @param {readonly Form[]} list */
function sweeps(list) {
  const forms = Int32Array.from(list.flatMap(([form, of, against]) => [form, of, against]));
  const tilts = Float32Array.from(list, ([, , , tilt]) => tilt ?? 0);
  const logits = list.some(([, of, against]) => of !== against) ? [policy, reference] : [policy];
  const values = new Float32Array(list.length * rows);
  const statistics = new Float32Array(rows * 2 * (logits.length + list.length));
  const slopes = new Float32Array(list.length * rows).fill(0.5);
  return {
    models: logits.length,
    forward: () => addon.reduceVocabulary(rows, columns, ids, forms, tilts, values, statistics, ...logits),
    backward: () =>
      addon.differentiateVocabulary(rows, columns, ids, forms, tilts, 0, slopes, statistics, out, ...logits),
  };
}

/** @param {() => void} call @returns seconds */
const time = (call) => {
  const start = process.hrtime.bigint();
  call();
  return Number(process.hrtime.bigint() - start) / 1e9;
};

/** Best seconds of each, taking turns. @param {readonly (() => void)[]} calls */
function best(...calls) {
  const times = calls.map(() => Infinity);
  for (let round = 0; round < rounds; round++)
    calls.forEach((call, i) => (times[i] = Math.min(times[i] ?? Infinity, time(call))));
  return times;
}

console.log(`${addon.instructionSet()}, ${addon.threadCount()} threads, best of ${rounds}`);
console.log("sweep                             GB/s   of triad");
for (const [name, list] of Object.entries(cases)) {
  const { models, forward, backward } = sweeps(list);
  const triad = () => addon.peakTriad(policy, reference, 3, out);
  const [ofTriad = 0, ofForward = 0, ofBackward = 0] = best(triad, forward, backward);
  const peak = (12 * rows * columns) / ofTriad / 1e9;
  for (const [direction, matrices, seconds] of /** @type {const} */ ([
    ["", models, ofForward],
    [", gradient", models + 1, ofBackward],
  ])) {
    const rate = (4 * matrices * rows * columns) / seconds / 1e9;
    const share = ((100 * rate) / peak).toFixed(0);
    console.log(`${(name + direction).padEnd(30)} ${rate.toFixed(1).padStart(7)} ${share.padStart(8)} %`);
  }
}

const [hidden, unembedding] = [numbers(rows * width, 1), numbers(columns * width, 0.05)];
const [dHidden, dUnembedding, logits] = [array(rows * width), array(columns * width), array(rows * columns)];
const [transposeA, transposeB] = [1, 2];
const products = [
  () => addon.multiply(hidden, unembedding, logits, rows, columns, width, transposeB, 0),
  () => addon.multiply(logits, unembedding, dHidden, rows, width, columns, 0, 0),
  () => addon.multiply(logits, hidden, dUnembedding, columns, width, rows, transposeA, 0),
];
const [forms, tilts] = [Int32Array.of(0, 0, 0), new Float32Array(1)];
const [values, statistics, slopes] = [
  new Float32Array(rows),
  new Float32Array(4 * rows),
  new Float32Array(rows).fill(1),
];
const pass = () => {
  products[0]?.();
  addon.reduceVocabulary(rows, columns, ids, forms, tilts, values, statistics, logits);
  addon.differentiateVocabulary(rows, columns, ids, forms, tilts, 0, slopes, statistics, logits, logits);
  products[1]?.();
  products[2]?.();
};
const [alone = 0, whole = 0] = best(() => products.forEach((product) => product()), pass);
const rate = (3 * 2 * rows * columns * width) / alone / 1e9;
console.log(`three products of ${rows} rows: ${(1000 * alone).toFixed(0)} ms, ${rate.toFixed(0)} GFLOP/s`);
console.log(`the pass: ${(1000 * whole).toFixed(0)} ms, ${(whole / alone).toFixed(2)} ×`);
