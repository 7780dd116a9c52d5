import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { numbers, plainProduct } from "../test/plain-product.ts";
import { addon } from "./addon.ts";

const [F32, BF16, BF16_EMULATED] = [0, 1, 2];
const ACCUMULATE = 4;
const precisions = () => (addon().hasBf16() ? [F32, BF16, BF16_EMULATED] : [F32, BF16_EMULATED]);
/** Roundings of a sum add up like a random walk, with the root of its length. Those of bf16's operands have a deviation of 0.002. */
const tolerance = (precision: number, k = 0) => (precision === F32 ? 2e-6 * (1 + Math.sqrt(k) / 16) : 1.5e-2);

interface Case {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly flags?: number;
  readonly precision?: number;
  readonly alpha?: number;
  readonly bias?: boolean;
  readonly residual?: boolean;
  readonly padding?: number;
}

/** A matrix of rows × columns whose rows stand `padding` numbers apart, three numbers behind the beginning. */
const spread = (matrix: Float32Array, rows: number, columns: number, padding: number): Float32Array => {
  const out = new Float32Array(3 + rows * (columns + padding)).fill(7);
  for (let row = 0; row < rows; row++)
    out.set(matrix.subarray(row * columns, (row + 1) * columns), 3 + row * (columns + padding));
  return out;
};

/** The greatest error relative to the root of the sum of squared products (at least one: for what is added). */
function worstError({ m, n, k, flags = 0, precision = F32, alpha = 1, bias, residual, padding = 0 }: Case): number {
  const [transposeA, transposeB] = [(flags & 1) !== 0, (flags & 2) !== 0];
  const [a, b, c] = [numbers(m * k, 1), numbers(k * n, 2), numbers(m * n, 3)];
  const added = bias ? numbers(n, 4) : undefined;
  const rest = residual ? numbers(m * n, 5) : undefined;
  const [aRows, aColumns] = transposeA ? [k, m] : [m, k];
  const [bRows, bColumns] = transposeB ? [n, k] : [k, n];
  const out = spread(c, m, n, padding);
  addon().multiply(
    spread(a, aRows, aColumns, padding),
    spread(b, bRows, bColumns, padding),
    out,
    m,
    n,
    k,
    flags,
    precision,
    alpha,
    added,
    rest,
    aColumns + padding,
    bColumns + padding,
    n + padding,
    3,
    3,
    3,
  );
  const { sums, norms } = plainProduct({ m, n, k, a, b, transposeA, transposeB });
  let worst = 0;
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n + padding; j++) {
      const got = out[3 + i * (n + padding) + j]!;
      const at = i * n + j;
      if (j >= n) worst = Math.max(worst, got === 7 ? 0 : Infinity);
      else {
        const wanted = alpha * sums[at]! + (flags & ACCUMULATE ? c[at]! : 0) + (added?.[j] ?? 0) + (rest?.[at] ?? 0);
        worst = Math.max(worst, Math.abs(got - wanted) / Math.max(1, norms[at]!));
      }
    }
  return worst;
}

/** Whether two arrays hold the same numbers, NaN included: toEqual takes a microsecond for each. */
const areSame = (x: Float32Array, y: Float32Array): boolean =>
  x.length === y.length && x.every((value, at) => Object.is(value, y[at]));

beforeAll(() => {
  console.log(`instruction set: ${addon().instructionSet()}, threads: ${addon().threadCount()}`);
});

describe("the matrix product", () => {
  const sizes = [1, 2, 7, 17, 33, 65];
  const depths = [1, 2, 15, 37];
  it("is right where B is read as it is stored, and where its rows would fall into one set of the caches", () => {
    for (const m of [17, 256, 257])
      for (const [n, k] of [
        [64, 1_537],
        [80, 40],
        [512, 40],
      ] as const)
        for (const flags of [0, 1, ACCUMULATE]) {
          const given = { m, n, k, flags, bias: true, residual: true };
          expect(worstError(given), JSON.stringify(given)).toBeLessThan(tolerance(F32, k));
          expect(worstError({ ...given, padding: 5 }), JSON.stringify(given)).toBeLessThan(tolerance(F32, k));
        }
  });

  it("is that of plain loops for odd sizes, every transposition and precision", () => {
    for (const precision of precisions())
      for (const m of sizes)
        for (const n of sizes)
          for (const k of depths)
            for (const flags of [0, 1, 2, 3])
              expect(worstError({ m, n, k, flags, precision }), `${m}×${n}×${k}`).toBeLessThan(tolerance(precision, k));
  });

  it("scales, adds to what is there, and adds bias and residual, in any combination and with gaps between rows", () => {
    const size = fc.integer({ min: 1, max: 90 });
    const any = fc.record({
      m: size,
      n: size,
      k: fc.integer({ min: 0, max: 90 }),
      flags: fc.integer({ min: 0, max: 7 }),
      precision: fc.constantFrom(...precisions()),
      alpha: fc.constantFrom(1, -0.5, 0),
      bias: fc.boolean(),
      residual: fc.boolean(),
      padding: fc.constantFrom(0, 5),
    });
    fc.assert(
      fc.property(any, (one) => worstError(one) < tolerance(one.precision, one.k)),
      { numRuns: 100, seed: 5 },
    );
  });

  it("holds beyond one slab of k, one block of rows and one stretch of columns", () => {
    for (const precision of precisions())
      for (const [m, n, k] of [
        [17, 41, 1030],
        [531, 40, 9],
        [13, 6200, 5],
        [260, 130, 300],
      ] as const)
        for (const flags of [0, 7])
          expect(worstError({ m, n, k, flags, precision, bias: true })).toBeLessThan(tolerance(precision, k));
  });

  it("holds for a vector on either side", () => {
    for (const precision of precisions())
      for (const flags of [0, 1, 2, 3, 4])
        for (const [m, n, k] of [
          [1, 500, 90],
          [500, 1, 90],
          [3, 500, 90],
          [500, 5, 90],
          [1, 1, 5000],
        ] as const)
          expect(worstError({ m, n, k, flags, precision, alpha: 0.5, bias: true, residual: true })).toBeLessThan(
            tolerance(precision, k),
          );
  });

  it("of nothing is nothing, and of an empty k what is added", () => {
    const empty = new Float32Array(0);
    addon().multiply(empty, new Float32Array(6), empty, 0, 3, 2, 0, F32);
    addon().multiply(new Float32Array(6), empty, empty, 3, 0, 2, 0, F32);
    const c = Float32Array.of(5, 5);
    addon().multiply(empty, empty, c, 1, 2, 0, 0, F32, 1, Float32Array.of(1, 2));
    expect([...c]).toEqual([1, 2]);
  });

  it("carries infinities and NaN to their rows and columns, and nowhere else", () => {
    for (const precision of precisions())
      for (const [m, n, k] of [
        [20, 40, 9],
        [1, 40, 9],
        [20, 1, 9],
        [300, 70, 300],
      ] as const)
        for (const flags of [0, 3]) {
          const a = new Float32Array(m * k).fill(1);
          const b = new Float32Array(k * n).fill(1);
          a[flags & 1 ? 2 * m : 2] = Infinity;
          b[flags & 2 ? (n - 1) * k + 4 : 4 * n + n - 1] = NaN;
          const c = new Float32Array(m * n);
          addon().multiply(a, b, c, m, n, k, flags, precision);
          const wanted = c.map((_, at) => (at % n === n - 1 ? NaN : at < n ? Infinity : k));
          expect(areSame(c, wanted)).toBe(true);
        }
  });

  it("rounds operands to the nearest bfloat16, halves to even, and sums in float32", () => {
    for (const precision of precisions().slice(1)) {
      // 1 + 2⁻⁸ lies between 1 and 1 + 2⁻⁷, 1 + 3·2⁻⁸ between 1 + 2⁻⁷ and 1 + 2⁻⁶: even are 1 and 1 + 2⁻⁶.
      const a = Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, -(1 + 2 ** -8));
      const c = new Float32Array(16);
      const identity = Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0));
      addon().multiply(a, Float32Array.of(1), c, 4, 1, 1, 0, precision);
      expect([...c.subarray(0, 4)]).toEqual([1, 1 + 2 ** -6, 1 + 2 ** -7, -1]);
      addon().multiply(new Float32Array(16).fill(2 ** -8), identity, c, 4, 4, 4, ACCUMULATE, precision);
      expect(c[0]).toBe(1 + 2 ** -8);
    }
  });

  it("has the same bits every time, for any number of threads", () => {
    const [m, n, k] = [301, 190, 601];
    const [a, b] = [numbers(m * k), numbers(k * n, 2)];
    const threads = addon().threadCount();
    const results = [1, 2, 2, 3, threads].map((count) => {
      addon().setThreadCount(count);
      const c = new Float32Array(m * n);
      addon().multiply(a, b, c, m, n, k, 0, F32);
      return c;
    });
    addon().setThreadCount(threads);
    for (const result of results) expect(areSame(result, results[0]!)).toBe(true);
  });

  it("of a batch is that of each pair that the indices name", () => {
    for (const precision of precisions())
      for (const [m, n, k] of [
        [3, 5, 7],
        [1, 64, 9],
        [120, 130, 70],
      ] as const)
        for (const flags of [0, 1, 2, 3, 4]) {
          const [a, b] = [numbers(2 * m * k), numbers(3 * k * n, 2)];
          const bias = numbers(n, 3);
          const [aIndices, bIndices] = [Int32Array.of(0, 0, 0, 1, 1, 1), Int32Array.of(0, 1, 2, 0, 1, 2)];
          const c = new Float32Array(6 * m * n).fill(0.5);
          addon().multiplyBatch(a, b, c, m, n, k, flags, precision, 6, aIndices, bIndices, bias);
          aIndices.forEach((of, i) => {
            const one = new Float32Array(m * n).fill(0.5);
            const right = b.slice(bIndices[i]! * k * n, (bIndices[i]! + 1) * k * n);
            addon().multiply(a.slice(of * m * k, (of + 1) * m * k), right, one, m, n, k, flags, precision, 1, bias);
            expect(areSame(c.subarray(i * m * n, (i + 1) * m * n), one)).toBe(true);
          });
        }
  });
});

describe("a wrong call", () => {
  const f = (length: number) => new Float32Array(length);
  const shared = f(100);
  const wrong: Record<string, () => void> = {
    "too short a": () => addon().multiply(f(5), f(6), f(4), 2, 2, 3, 0, F32),
    "too short b": () => addon().multiply(f(6), f(5), f(4), 2, 2, 3, 0, F32),
    "too short c": () => addon().multiply(f(6), f(6), f(3), 2, 2, 3, 0, F32),
    "too short bias": () => addon().multiply(f(6), f(6), f(4), 2, 2, 3, 0, F32, 1, f(1)),
    "too short residual": () => addon().multiply(f(6), f(6), f(4), 2, 2, 3, 0, F32, 1, undefined, f(3)),
    "a of other numbers": () => addon().multiply(new Float64Array(6) as never, f(6), f(4), 2, 2, 3, 0, F32),
    "c within a": () => addon().multiply(shared, f(6), shared.subarray(2, 6), 2, 2, 3, 0, F32),
    "c within b": () => addon().multiply(f(6), shared, shared.subarray(2, 6), 2, 2, 3, 0, F32),
    "c as bias": () => addon().multiply(f(6), f(6), shared, 2, 2, 3, 0, F32, 1, shared.subarray(50)),
    "c as residual": () => addon().multiply(f(6), f(6), shared, 2, 2, 3, 0, F32, 1, undefined, shared),
    "negative m": () => addon().multiply(f(6), f(6), f(4), -2, 2, 3, 0, F32),
    "half an n": () => addon().multiply(f(6), f(6), f(4), 2, 0.5, 3, 0, F32),
    "sizes that overflow": () => addon().multiply(f(6), f(6), f(4), 2 ** 33, 2, 2 ** 33, 0, F32),
    "unknown flags": () => addon().multiply(f(6), f(6), f(4), 2, 2, 3, 8, F32),
    "unknown precision": () => addon().multiply(f(6), f(6), f(4), 2, 2, 3, 0, 3),
    "rows that overlap": () => addon().multiply(f(6), f(6), f(4), 2, 2, 3, 0, F32, 1, undefined, undefined, 2),
    "offset beyond the end": () =>
      addon().multiply(f(6), f(6), f(4), 2, 2, 3, 0, F32, 1, undefined, undefined, 3, 2, 2, 1),
    "fewer matrices than products": () => addon().multiplyBatch(f(6), f(12), f(8), 2, 2, 3, 0, F32, 2),
    "an index outside": () => addon().multiplyBatch(f(6), f(12), f(8), 2, 2, 3, 0, F32, 2, Int32Array.of(0, 1)),
    "a negative index": () => addon().multiplyBatch(f(6), f(12), f(8), 2, 2, 3, 0, F32, 2, Int32Array.of(0, -1)),
    "too few indices": () => addon().multiplyBatch(f(6), f(12), f(8), 2, 2, 3, 0, F32, 2, Int32Array.of(0)),
  };
  for (const [name, call] of Object.entries(wrong))
    it(`is refused: ${name}`, () => {
      expect(call).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
    });
});
