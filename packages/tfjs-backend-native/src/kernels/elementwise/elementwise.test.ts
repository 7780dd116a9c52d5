import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { expectSame, floats, runOn, special, tensorOf, useNative, type Input } from "../../../test/against-cpu.ts";
import { addon } from "../../addon.ts";
import { broadcast } from "./broadcast.ts";

beforeAll(useNative);

const sizes = [0, 1, 3, 15, 16, 17, 33, 1000];

/** Of a few units in the last place. */
const rounding = 5e-7;

const unary: readonly (readonly [name: string, f: (x: tf.Tensor) => tf.Tensor, tolerance: number])[] = [
  ["neg", tf.neg, 0],
  ["abs", tf.abs, 0],
  ["square", tf.square, 0],
  ["sqrt", tf.sqrt, 0],
  ["rsqrt", tf.rsqrt, rounding],
  ["reciprocal", tf.reciprocal, 0],
  ["exp", tf.exp, rounding],
  ["expm1", tf.expm1, rounding],
  ["log", tf.log, rounding],
  ["log1p", tf.log1p, rounding],
  ["sigmoid", tf.sigmoid, rounding],
  ["tanh", tf.tanh, rounding],
  ["relu", tf.relu, 0],
  ["relu6", tf.relu6, 0],
  ["leakyRelu", (x) => tf.leakyRelu(x, 0.25), 0],
  ["sign", tf.sign, 0],
  ["step", (x) => tf.step(x, 0.25), 0],
  ["clipByValue", (x) => tf.clipByValue(x, -0.3, 0.7), 0],
  ["isNaN", tf.isNaN, 0],
  ["isInf", tf.isInf, 0],
  ["isFinite", tf.isFinite, 0],
];

describe("operations on each number", () => {
  for (const [name, f, tolerance] of unary)
    it(`${name} is what the cpu backend computes, at every size and for special numbers`, () => {
      for (const size of sizes) expectSame(f, [tensorOf([size], size)], tolerance);
      expectSame(f, [{ values: Float32Array.from(special), shape: [special.length] }], tolerance);
      expectSame(f, [tensorOf([3, 1, 7], 5)], tolerance);
    });

  it("softplus is log(1 + eˣ), where the cpu backend cuts off as well", () => {
    const f = (x: tf.Tensor) => tf.softplus(x);
    for (const size of sizes) expectSame(f, [tensorOf([size], size, 60)], 2e-6);
    const [got] = runOn("native", f, [{ values: Float32Array.from([-Infinity, Infinity, NaN, -100]), shape: [4] }]);
    expect(got!.values).toEqual([0, Infinity, NaN, Math.fround(Math.exp(-100))]);
  });

  it("elu is eˣ − 1 below 0 without cancellation", () => {
    const x = tensorOf([1000], 1, 20);
    const [got] = runOn("native", tf.elu, [x]);
    x.values.forEach((value, i) => {
      const exact = value >= 0 ? value : Math.expm1(value);
      expect(Math.abs(got!.values[i]! - exact)).toBeLessThanOrEqual(rounding * Math.abs(exact));
    });
  });

  it("leaves other types to the cpu backend", () => {
    const ints: Input = { values: Int32Array.from([-3, 0, 5, 2147483647]), shape: [4] };
    for (const f of [tf.neg, tf.abs, tf.square, tf.relu, tf.sign] as const) expectSame((x) => f(x), [ints]);
    expectSame((x) => tf.clipByValue(x, -1, 3), [ints]);
    expectSame((x) => tf.logicalNot(x), [{ values: Uint8Array.from([0, 1, 1]), shape: [3] }]);
  });
});

const binary: readonly (readonly [name: string, f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, tolerance: number])[] = [
  ["add", tf.add, 0],
  ["sub", tf.sub, 0],
  ["mul", tf.mul, 0],
  ["div", tf.div, 0],
  ["maximum", tf.maximum, 0],
  ["minimum", tf.minimum, 0],
  ["squaredDifference", tf.squaredDifference, 3e-7],
  ["pow", tf.pow, 2e-7],
  ["equal", tf.equal, 0],
  ["notEqual", tf.notEqual, 0],
  ["greater", tf.greater, 0],
  ["greaterEqual", tf.greaterEqual, 0],
  ["less", tf.less, 0],
  ["lessEqual", tf.lessEqual, 0],
];

const broadcasts: readonly (readonly [readonly number[], readonly number[]])[] = [
  ...([
    [[5], [5]],
    [[], []],
    [[], [3, 4]],
    [[3, 4], []],
    [[3, 4], [4]],
    [[4], [3, 4]],
  ] as const),
  ...([
    [
      [3, 4],
      [3, 1],
    ],
    [
      [3, 1],
      [3, 4],
    ],
    [
      [3, 1],
      [1, 4],
    ],
    [
      [2, 3, 4],
      [3, 1],
    ],
    [
      [2, 1, 4],
      [3, 1],
    ],
  ] as const),
  ...([
    [[7, 33], [33]],
    [
      [33, 7],
      [33, 1],
    ],
    [
      [0, 3],
      [1, 3],
    ],
    [[2, 0], [1]],
    [[1, 1], [1]],
  ] as const),
  ...([
    [
      [2, 3, 2, 3, 2],
      [2, 1, 2, 1, 2],
    ],
    [
      [2, 1, 2, 1, 2],
      [1, 3, 1, 3, 1],
    ],
    [
      [1, 2, 1],
      [2, 1, 2],
    ],
  ] as const),
];

/** Two shapes that go together. */
const compatible = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.constantFrom("both", "a", "b")), { maxLength: 6 })
  .chain((axes) =>
    fc.tuple(fc.nat(axes.length), fc.nat(axes.length)).map(([cutA, cutB]) => {
      const of = (who: string) => axes.map(([length, owner]) => (owner === "both" || owner === who ? length : 1));
      return cutA < cutB ? ([of("a").slice(cutA), of("b")] as const) : ([of("a"), of("b").slice(cutB)] as const);
    }),
  );

describe("operations on two numbers", () => {
  for (const [name, f, tolerance] of binary)
    it(`${name} is what the cpu backend computes, with every kind of broadcasting and for special numbers`, () => {
      for (const [a, b] of broadcasts) expectSame(f, [tensorOf(a, 1), tensorOf(b, 2)], tolerance);
      const count = special.length;
      const values = Float32Array.from(special);
      expectSame(
        f,
        [
          { values, shape: [count, 1] },
          { values, shape: [count] },
        ],
        tolerance,
      );
      for (const size of sizes) expectSame(f, [tensorOf([size], 1), tensorOf([size], 2)], tolerance);
    });

  it("go together in any shapes", () => {
    fc.assert(
      fc.property(compatible, fc.nat(), ([a, b], seed) => {
        for (const [, f, tolerance] of [binary[0]!, binary[1]!, binary[10]!])
          expectSame(f, [tensorOf(a, seed), tensorOf(b, seed + 1)], tolerance);
      }),
      { numRuns: 60 },
    );
  });

  it("compare int32 beyond the integers that float32 has, and leave int32 arithmetic to the cpu backend", () => {
    const a: Input = { values: Int32Array.from([16777216, -5, 2147483647, 7]), shape: [4] };
    const b: Input = { values: Int32Array.from([16777217, -5, 1, 2147483647]), shape: [4] };
    for (const [, f] of binary) if (f !== tf.div && f !== tf.pow) expectSame(f, [a, b]);
    expectSame(tf.floorDiv, [a, b]);
  });

  it("and, or, xor of conditions broadcast", () => {
    const bools = (shape: readonly number[], seed: number): Input => ({
      values: Uint8Array.from(tensorOf(shape, seed).values, (x) => Number(x > 0)),
      shape,
    });
    for (const f of [tf.logicalAnd, tf.logicalOr, tf.logicalXor] as const)
      for (const [a, b] of broadcasts) expectSame(f, [bools(a, 1), bools(b, 2)]);
  });

  it("where takes one or the other, also where NaN is not taken", () => {
    const condition: Input = { values: Uint8Array.from({ length: 70 }, (_, i) => (i % 3) & 1), shape: [70] };
    const no: Input = { values: new Float32Array(70).fill(NaN), shape: [70] };
    expectSame((c, t, e) => tf.where(c, t, e), [condition, tensorOf([70], 1), no]);
    const column: Input = { values: Uint8Array.from([1, 0, 1]), shape: [3, 1] };
    expectSame((c, t, e) => tf.where(c, t, e), [column, tensorOf([3, 4], 1), tensorOf([], 2)]);
  });

  it("addN adds any number of tensors", () => {
    for (const count of [1, 2, 3, 31, 32]) {
      const terms = Array.from({ length: count }, (_, i) => tensorOf([5000], i));
      expectSame((...tensors) => tf.addN(tensors), terms);
    }
  });

  it("has four axes at most left of a broadcast", () => {
    expect(broadcast([2, 3, 4], [3, 4])?.axes).toEqual([1, 1, 2, 12, 12, 8]);
    expect(broadcast([2, 3, 2, 3, 2], [2, 1, 2, 1, 2])).toBeUndefined();
    expect(broadcast([1], [1, 1])).toEqual({ shape: [1, 1], axes: [1, 1, 1, 1, 8, 8] });
    expect(() => broadcast([2], [3])).toThrow(/could not be broadcast/u);
  });
});

describe("casts", () => {
  it("between float32, int32 and bool do as the cpu backend does, in values and type", () => {
    const inputs: readonly Input[] = [
      {
        values: Float32Array.from([...special, 1.9, -1.9, 2147483520, 4294967040, -6442450944, 1e19]),
        shape: [special.length + 6],
      },
      { values: floats(70_000, 3, 1e5), shape: [70_000] },
      { values: Int32Array.from([0, -1, 16777216, 2147483520, -2147483648]), shape: [5] },
      { values: Uint8Array.from([0, 1, 1]), shape: [3, 1] },
      { values: new Float32Array(0), shape: [0, 2] },
    ];
    for (const input of inputs)
      for (const dtype of ["float32", "int32", "bool"] as const) expectSame((x) => tf.cast(x, dtype), [input]);
  });

  it("a tensor's array is of the tensor's type", () => {
    tf.tidy(() => {
      const ints = tf.tensor1d([1, 2, 3], "int32");
      const cast = tf.cast(ints, "float32");
      expect(tf.add(cast, 0.5).dataSync()).toEqual(Float32Array.from([1.5, 2.5, 3.5]));
      expect(tf.cast(tf.cast(ints, "bool"), "int32").dataSync()).toBeInstanceOf(Int32Array);
    });
  });
});

describe("large arrays", () => {
  it("are cut among threads without a change of a bit", () => {
    const x = floats(200_003, 1);
    const y = floats(200_003, 2);
    const run = () => {
      const [sum, exp] = [new Float32Array(x.length), new Float32Array(x.length)];
      addon().binary(0, x, y, sum, 1, 1, 1, x.length, 8, 8);
      addon().unary(6, x, exp, 0, 0);
      return [sum, exp];
    };
    const threads = addon().threadCount();
    const first = run();
    try {
      for (const count of [1, 2, 3, 7]) {
        addon().setThreadCount(count);
        for (const [i, again] of run().entries())
          expect(again.every((value, at) => value === first[i]![at])).toBe(true);
      }
    } finally {
      addon().setThreadCount(threads);
    }
  });

  it("broadcast alike", () => {
    for (const [a, b] of [
      [[300, 400], [400]],
      [
        [400, 300],
        [400, 1],
      ],
      [
        [3, 200, 1],
        [1, 200, 300],
      ],
    ] as const)
      expectSame(tf.sub, [tensorOf(a, 1), tensorOf(b, 2)]);
  });
});

describe("wrong calls", () => {
  it("throw and touch nothing", () => {
    const [x, y, bytes] = [new Float32Array(8), new Float32Array(8), new Uint8Array(8)];
    const memory = new Float32Array(16);
    const wrong = [
      () => addon().unary(99, x, y, 0, 0),
      () => addon().unary(-1, x, y, 0, 0),
      () => addon().unary(0, x.subarray(1), y, 0, 0),
      () => addon().unary(0, memory.subarray(0, 8), memory.subarray(4, 12), 0, 0),
      () => addon().unary(0, x, y, "1" as never, 0),
      () => addon().test(0, x, new Uint8Array(9)),
      () => addon().binary(0, x, x, y, 1, 1, 1, 9, 8, 8),
      () => addon().binary(0, x, x, y, 1, 1, 2, 8, 12, 8),
      () => addon().binary(0, x, x, y, 1, 1, 2, 4, 4, 4),
      () => addon().binary(0, x, x, y, 1, 1, 2, 4, 12, 16),
      () => addon().binary(0, x, x, x, 1, 1, 1, 8, 8, 8),
      () => addon().binary(0, x, x, y, 2 ** 30, 2 ** 30, 2 ** 30, 1, 15, 15),
      () => addon().binary(0, x, x, y, -1, 1, 1, 8, 8, 8),
      () => addon().compare(0, x, new Int32Array(8), bytes, 1, 1, 1, 8, 8, 8),
      () => addon().select(bytes.subarray(1), x, x, y),
      () => addon().addAll(y, x),
      () => addon().addAll(y, x, y),
      () => addon().convert(x, new Int32Array(9)),
      () => addon().convert(new Float64Array(8) as never, y),
    ];
    for (const call of wrong) expect(call).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
    expect(y.every((value) => value === 0)).toBe(true);
  });
});
