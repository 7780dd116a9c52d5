import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { exactAttention, flatten, type Counts, type Numbers, type Trees } from "../../test/exact-attention.ts";
import { addon } from "../addon.ts";
import "../index.ts";

const threads = addon().threadCount();

beforeAll(async () => {
  await tf.setBackend("native");
  console.log(`instruction set: ${addon().instructionSet()}, threads: ${threads}`);
});

afterEach(() => {
  addon().setThreadCount(threads);
});

const wave = (length: number, scale: number, phase: number) =>
  Float32Array.from({ length }, (_, i) => scale * Math.sin(1.7 * i + phase + 0.31 * (i % 977) ** 2));

/** Trees one after the other, from the lengths of their prefixes and branches. */
function treesOf(lengths: readonly { readonly prefix: number; readonly branches: readonly number[] }[]) {
  let at = 0;
  const span = (length: number) => [(at += length) - length, length] as const;
  const trees: Trees[] = lengths.map(({ prefix, branches }) => ({
    prefix: span(prefix),
    branches: branches.map(span),
  }));
  return { trees, rows: at };
}

function inputsOf({ rows, heads, keyValueHeads, headDim }: Counts, scale: number) {
  const [queries, keys] = [rows * heads * headDim, rows * keyValueHeads * headDim];
  return { q: wave(queries, scale, 0), k: wave(keys, scale, 1), v: wave(keys, 1, 2), dy: wave(queries, 1, 3) };
}

type Given = ReturnType<typeof inputsOf>;

/** By the addon, into buffers that hold NaN. */
function run({ q, k, v, dy }: Given, trees: readonly Trees[], { rows, heads, keyValueHeads, headDim }: Counts) {
  const empty = (length: number) => new Float32Array(length).fill(NaN);
  const [out, lse, dq] = [empty(q.length), empty(rows * heads), empty(q.length)];
  const [dk, dv] = [empty(k.length), empty(k.length)];
  const problem = [Int32Array.from(flatten(trees)), rows, heads, keyValueHeads, headDim] as const;
  addon().attentionForward(q, k, v, out, lse, ...problem);
  addon().attentionBackward(dy, q, k, v, out, lse, dq, dk, dv, ...problem);
  return { out, lse, dq, dk, dv };
}

const bytes = ({ buffer }: Float32Array) => new Uint8Array(buffer);

/** The largest difference, relative to the largest number or 1. */
function difference(actual: Numbers, expected: Numbers): number {
  expect(actual.length).toBe(expected.length);
  const [a, b] = [Array.from(actual), Array.from(expected)];
  const most = (values: readonly number[]) => values.reduce((best, x) => (Math.abs(x) <= best ? best : Math.abs(x)), 0);
  return most(a.map((x, i) => x - b[i]!)) / Math.max(most(b), 1);
}

function expectExact(trees: readonly Trees[], counts: Counts, scale = 1.5, tolerance = 5e-6): void {
  const given = inputsOf(counts, scale);
  const expected = exactAttention(given, trees, counts, given.dy);
  for (const [name, actual] of Object.entries(run(given, trees, counts)))
    expect(difference(actual, expected[name as keyof typeof expected]), name).toBeLessThan(tolerance);
}

it("the oracle's gradient is its slope", () => {
  const { trees, rows } = treesOf([
    { prefix: 3, branches: [2, 0, 3] },
    { prefix: 0, branches: [2] },
  ]);
  const counts = { rows, heads: 4, keyValueHeads: 2, headDim: 3 };
  const { dy, ...inputs } = inputsOf(counts, 1.2);
  const gradients = exactAttention(inputs, trees, counts, dy);
  const loss = (changed: { q: Numbers; k: Numbers; v: Numbers }) =>
    exactAttention(changed, trees, counts).out.reduce((sum, x, i) => sum + x * dy[i]!, 0);
  for (const name of ["q", "k", "v"] as const)
    for (let i = 0; i < inputs[name].length; i += 5) {
      const moved = (by: number) =>
        loss({ ...inputs, [name]: Array.from(inputs[name], (x, j) => x + (i === j ? by : 0)) });
      expect((moved(1e-4) - moved(-1e-4)) / 2e-4).toBeCloseTo(gradients[`d${name}`][i]!, 6);
    }
});

describe("attention over prefix trees", () => {
  const shapes: (readonly [string, Parameters<typeof treesOf>[0]])[] = [
    ["one row", [{ prefix: 1, branches: [] }]],
    ["a sequence", [{ prefix: 150, branches: [] }]],
    ["a prefix and branches", [{ prefix: 70, branches: [33, 1, 64, 20] }]],
    ["branches without a prefix", [{ prefix: 0, branches: [65, 17] }]],
    ["empty branches and trees", [{ prefix: 5, branches: [0, 6, 0] }, { prefix: 0, branches: [] }, { prefix: 0, branches: [0, 3] }]], // prettier-ignore
    ["trees in a stream", [{ prefix: 40, branches: [8, 9] }, { prefix: 3, branches: [50] }, { prefix: 64, branches: [16, 16] }]], // prettier-ignore
  ];

  it.each(shapes)("is that of double precision, with its gradients: %s", (_, lengths) => {
    const { trees, rows } = treesOf(lengths);
    for (const headDim of [1, 4, 8, 16, 20, 32, 64]) expectExact(trees, { rows, heads: 4, keyValueHeads: 2, headDim });
    for (const [heads, keyValueHeads] of [
      [1, 1],
      [3, 3],
      [9, 3],
      [5, 1],
      [50, 1],
    ] as const)
      // prettier-ignore
      expectExact(trees, { rows, heads, keyValueHeads, headDim: 4 });
  });

  it("is that of double precision for wide heads", () => {
    const { trees, rows } = treesOf([{ prefix: 37, branches: [30, 11] }]);
    for (const headDim of [65, 80, 96, 128, 200]) expectExact(trees, { rows, heads: 4, keyValueHeads: 2, headDim });
  });

  it("is that of double precision for random trees, heads and threads", () => {
    const tree = fc.record({
      prefix: fc.nat(90),
      branches: fc.array(fc.nat(70), { maxLength: 4 }),
    });
    const problem = fc.record({
      lengths: fc.array(tree, { maxLength: 4 }),
      keyValueHeads: fc.integer({ min: 1, max: 3 }),
      group: fc.integer({ min: 1, max: 5 }),
      headDim: fc.integer({ min: 1, max: 40 }),
      threadCount: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(problem, ({ lengths, keyValueHeads, group, headDim, threadCount }) => {
        addon().setThreadCount(threadCount);
        const { trees, rows } = treesOf(lengths);
        expectExact(trees, { rows, heads: keyValueHeads * group, keyValueHeads, headDim });
      }),
      { numRuns: 60 },
    );
  });

  it("stays exact to the scores' last bits where scores are large", () => {
    const { trees, rows } = treesOf([{ prefix: 80, branches: [70, 5] }]);
    const counts = { rows, heads: 6, keyValueHeads: 2, headDim: 16 };
    const given = inputsOf(counts, 64);
    const expected = exactAttention(given, trees, counts, given.dy);
    expect(expected.lse.reduce((a, b) => Math.max(a, b))).toBeGreaterThan(9e3);
    const actual = run(given, trees, counts);
    expect(difference(actual.lse, expected.lse)).toBeLessThan(1e-6);
    // An error of 2⁻²⁴ of a score of 10⁴ is one of 6·10⁻⁴ of its weight.
    for (const name of ["out", "dq", "dk", "dv"] as const)
      expect(difference(actual[name], expected[name]), name).toBeLessThan(5e-3);
  });

  it("keeps NaN in the rows that see it", () => {
    const { trees, rows } = treesOf([{ prefix: 70, branches: [30, 30] }]);
    const counts = { rows, heads: 3, keyValueHeads: 1, headDim: 8 };
    const given = inputsOf(counts, 1);
    given.k[80 * 8 + 3] = NaN;
    const { out } = run(given, trees, counts);
    const rowsWithNaN = Array.from({ length: rows }, (_, i) => i).filter((i) => Number.isNaN(out[i * 24]));
    expect(rowsWithNaN).toEqual(Array.from({ length: 20 }, (_, i) => 80 + i));
  });

  it("is zero, and its gradients are, in rows of no tree", () => {
    const trees: Trees[] = [{ prefix: [20, 10], branches: [[35, 5]] }];
    const counts = { rows: 50, heads: 2, keyValueHeads: 1, headDim: 5 };
    expectExact(trees, counts);
    expectExact([], counts);
  });

  it("gives the same bits every time", () => {
    const { trees, rows } = treesOf([{ prefix: 200, branches: [90, 60] }]);
    const counts = { rows, heads: 6, keyValueHeads: 2, headDim: 32 };
    const given = inputsOf(counts, 2);
    for (const count of [1, 2, 3, 8]) {
      addon().setThreadCount(count);
      const first = run(given, trees, counts);
      for (let i = 0; i < 5; i++)
        for (const [name, again] of Object.entries(run(given, trees, counts)))
          expect(Buffer.compare(bytes(again), bytes(first[name as keyof typeof first])), name).toBe(0);
    }
  });

  it("runs as the kernels that a program looks for, and leaves no tensors", () => {
    const { trees, rows } = treesOf([{ prefix: 9, branches: [4, 5] }]);
    const counts = { rows, heads: 4, keyValueHeads: 2, headDim: 8 };
    const given = inputsOf(counts, 1);
    const expected = run(given, trees, counts);
    const before = tf.memory();
    tf.tidy(() => {
      const tensor = (values: Float32Array) => tf.tensor2d(values, [rows, values.length / rows]);
      const { dy, ...inputs } = { q: tensor(given.q), k: tensor(given.k), v: tensor(given.v), dy: tensor(given.dy) };
      const attributes = { heads: 4, keyValueHeads: 2, trees: flatten(trees) };
      const runKernel = (name: string, tensors: tf.NamedTensorMap) =>
        tf.engine().runKernel<tf.Tensor[]>(name, tensors, attributes);
      const [output, extra0, extra1] = runKernel("FusedPrefixTreeAttention", inputs);
      expect(output!.dataSync()).toEqual(expected.out);
      output!.dispose();
      const grads = runKernel("FusedPrefixTreeAttentionGrad", { ...inputs, dy, extra0: extra0!, extra1: extra1! });
      expect(grads.map((gradient) => gradient.dataSync())).toEqual([expected.dq, expected.dk, expected.dv]);
      expect(grads.map(({ shape }) => shape)).toEqual([inputs.q.shape, inputs.k.shape, inputs.v.shape]);
      expect(() => runKernel("FusedPrefixTreeAttention", { ...inputs, k: inputs.q })).toThrow("k is");
    });
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});

describe("the addon's attention", () => {
  const counts = { rows: 10, heads: 2, keyValueHeads: 1, headDim: 4 };
  const given = inputsOf(counts, 1);
  const call =
    (
      trees: readonly number[],
      { q = given.q, k = given.k, out = new Float32Array(80), lse = new Float32Array(20), rows = 10, heads = 2, keyValueHeads = 1, headDim = 4 } = {}, // prettier-ignore
    ) =>
    () => {
      addon().attentionForward(q, k, given.v, out, lse, Int32Array.from(trees), rows, heads, keyValueHeads, headDim);
    };

  it("takes trees in any order and with gaps", () => {
    expect(call([5, 2, 1, 8, 2, 0, 3, 0])).not.toThrow();
  });

  it("refuses trees that leave the rows, meet, or are cut off", () => {
    const wrong = [
      [0, 11, 0],
      [11, 0, 0],
      [-1, 2, 0],
      [0, -2, 0],
      [0, 2 ** 31 - 1, 0],
      [0, 4, 1, 8, 3],
      [0, 4, 1, 3, 2],
      [4, 4, 1, 0, 2],
      [0, 4, 2, 4, 3, 6, 3],
      [0, 4, 0, 2, 4, 0],
      [0, 4],
      [0, 4, 1],
      [0, 4, 1, 4],
      [0, 4, 2, 4, 3],
      [0, 4, -1],
      [0, 4, 2 ** 30],
    ];
    for (const trees of wrong)
      expect(call(trees), trees.join()).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
  });

  it("refuses sizes that do not fit the buffers, and buffers that overlap", () => {
    const both = new Float32Array(100);
    const wrong = [
      { rows: 11 },
      { rows: -1 },
      { rows: 2 ** 31, headDim: 2 ** 16 },
      { heads: 3, keyValueHeads: 2 },
      { heads: 0 },
      { keyValueHeads: 3 },
      { keyValueHeads: 0 },
      { headDim: 5 },
      { headDim: 0 },
      { q: given.q.subarray(1) },
      { k: given.k.subarray(1) },
      { out: given.q },
      { lse: given.k.subarray(0, 20) },
      { lse: new Float32Array(19) },
      { out: both.subarray(0, 80), lse: both.subarray(79, 99) },
    ];
    for (const changed of wrong)
      expect(call([0, 10, 0], changed), JSON.stringify(changed)).toThrow(
        expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }),
      );
  });

  it("refuses gradients that overlap each other or an input", () => {
    const { q, k, v, dy } = given;
    const [out, lse] = [new Float32Array(80), new Float32Array(20)];
    const backward = (dq: Float32Array, dk: Float32Array, dv: Float32Array) => () => {
      addon().attentionBackward(dy, q, k, v, out, lse, dq, dk, dv, Int32Array.from([0, 10, 0]), 10, 2, 1, 4);
    };
    const apart = () => new Float32Array(80);
    const both = apart();
    expect(backward(apart(), apart(), apart())).not.toThrow();
    for (const wrong of [
      backward(q, apart(), apart()),
      backward(apart(), both, both),
      backward(both, apart(), both),
      backward(apart(), lse, apart()),
    ])
      // prettier-ignore
      expect(wrong).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
  });
});
