import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { expectSame, floats, tensorOf, useNative, type Input } from "../../../test/against-cpu.ts";
import { addon } from "../../addon.ts";

beforeAll(useNative);

/** The same shape as float32, int32 and bool. */
const ofEveryType = (shape: readonly number[]): readonly Input[] => {
  const { values } = tensorOf(shape, 3, 100);
  return [
    { values, shape },
    { values: Int32Array.from(values), shape },
    { values: Uint8Array.from(values, (x) => Number(x > 0)), shape },
  ];
};

const permutations = (items: readonly number[]): readonly number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));

describe("transpose", () => {
  it("moves every number to its place, in every permutation and type", () => {
    for (const shape of [[5], [3, 4], [17, 33], [2, 3, 4], [9, 1, 16], [2, 16, 3, 16], [0, 3], [1, 1, 5, 1]])
      for (const perm of permutations([...shape.keys()]))
        for (const input of ofEveryType(shape)) expectSame((x) => tf.transpose(x, perm), [input]);
  });

  it("of matrices larger than a block", () => {
    for (const shape of [
      [200, 130],
      [16, 1000],
      [1000, 16],
      [129, 257],
      [3, 70, 90],
    ])
      expectSame((x) => tf.transpose(x), [tensorOf(shape)]);
  });

  it("in random shapes", () => {
    const shape = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        shape.chain((dims) =>
          fc.tuple(fc.constant(dims), fc.shuffledSubarray([...dims.keys()], { minLength: dims.length })),
        ),
        ([dims, perm]) => expectSame((x) => tf.transpose(x, perm), [tensorOf(dims)]),
      ),
      { numRuns: 60 },
    );
  });

  it("shares memory where no number moves, and a change of one tensor is no change of the other", () => {
    const input = tensorOf([6, 1, 7]);
    expectSame((x) => tf.add(tf.transpose(x, [1, 0, 2]), x), [input]);
  });
});

describe("slices", () => {
  it("of every kind are what the cpu backend takes", () => {
    const ranges: readonly (readonly [shape: number[], begin: number[], size: number[]])[] = [
      [[10], [3], [4]],
      [[10], [0], [10]],
      [[10], [4], [0]],
      [
        [4, 5],
        [1, 0],
        [2, 5],
      ],
      [
        [4, 5],
        [1, 2],
        [2, 3],
      ],
      [
        [4, 5],
        [0, 2],
        [-1, -1],
      ],
      [
        [3, 4, 5],
        [1, 1, 1],
        [2, 2, 3],
      ],
      [
        [2, 3, 4, 5],
        [0, 1, 0, 2],
        [2, 1, 4, 3],
      ],
    ];
    for (const [shape, begin, size] of ranges)
      for (const input of ofEveryType(shape)) expectSame((x) => tf.slice(x, begin, size), [input]);
  });

  it("do not share memory with the whole", () => {
    tf.tidy(() => {
      const whole = tf.add(tf.range(0, 5000), 0);
      const part = tf.slice(whole, 10, 4500);
      const before = part.dataSync();
      whole.dispose();
      tf.mul(tf.ones([5000]), 7);
      expect(part.dataSync()).toEqual(before);
    });
  });

  it("split and unstack", () => {
    for (const input of ofEveryType([4, 6, 2])) {
      expectSame((x) => tf.split(x, 3, 1), [input]);
      expectSame((x) => tf.split(x, [1, 2, 3], -2), [input]);
      for (const axis of [0, 1, 2, -1]) expectSame((x) => tf.unstack(x, axis), [input]);
    }
  });

  it("strided slices and padding", () => {
    for (const input of ofEveryType([4, 6])) {
      expectSame((x) => tf.stridedSlice(x, [0, 1], [4, 6], [2, 2]), [input]);
      expectSame(
        (x) =>
          tf.pad(
            x,
            [
              [1, 2],
              [0, 3],
            ],
            1,
          ),
        [input],
      );
    }
    expectSame(
      (x) =>
        tf.pad(
          x,
          [
            [0, 0],
            [2, 0],
          ],
          -Infinity,
        ),
      [tensorOf([3, 4])],
    );
    expectSame(
      (x) =>
        tf.pad(x, [
          [1, 1],
          [2, 0],
        ]),
      [tensorOf([0, 4])],
    );
  });
});

describe("concatenations", () => {
  it("along every axis, of every type, with empty ones among them", () => {
    for (const axis of [0, 1, 2, -1]) {
      const shape = (length: number) => [2, 3, 4].with(axis, length);
      for (const type of [0, 1, 2]) {
        const inputs = [5, 0, 1, 7].map((length) => ofEveryType(shape(length))[type]!);
        expectSame((...tensors) => tf.concat(tensors, axis), inputs);
      }
      expectSame((...tensors) => tf.concat(tensors, axis), [tensorOf(shape(2)), tensorOf(shape(0))]);
    }
  });

  it("stacks along every axis", () => {
    for (const axis of [0, 1, 2, -1])
      for (const input of ofEveryType([3, 4]))
        expectSame((...tensors) => tf.stack(tensors, axis), [input, input, input]);
    expectSame((...tensors) => tf.stack(tensors), [tensorOf([]), tensorOf([])]);
  });

  it("repeats", () => {
    for (const [shape, reps] of [
      [[3], [4]],
      [
        [3, 4],
        [2, 1],
      ],
      [
        [3, 4],
        [1, 5],
      ],
      [
        [2, 3, 4],
        [2, 3, 2],
      ],
      [
        [1, 5],
        [7, 1],
      ],
      [
        [5, 1],
        [1, 7],
      ],
      [
        [2, 0],
        [3, 3],
      ],
      [[2], [0]],
    ] as const)
      for (const input of ofEveryType(shape)) expectSame((x) => tf.tile(x, [...reps]), [input]);
    expectSame((x) => tf.tile(x, [2, 1, 2, 1, 2]), [tensorOf([1, 2, 3, 2, 1])]);
    expectSame((x) => tf.broadcastTo(x, [6, 50, 40]), [tensorOf([50, 1])]);
  });
});

describe("fills", () => {
  it("of every type and size", () => {
    for (const shape of [[], [0], [7], [3, 50_000]])
      for (const dtype of ["float32", "int32", "bool"] as const) expectSame(() => tf.fill(shape, 1, dtype), []);
    for (const input of ofEveryType([3, 5])) {
      expectSame((x) => tf.zerosLike(x), [input]);
      expectSame((x) => tf.onesLike(x), [input]);
    }
    expectSame(() => tf.fill([4], -0.1), []);
  });

  it("one-hot rows, without one where the index is none", () => {
    const indices: Input = { values: Int32Array.from([0, 3, -1, 4, 2, 9]), shape: [2, 3] };
    for (const dtype of ["float32", "int32", "bool"] as const)
      expectSame((x) => tf.oneHot(x, 4, 1, 0, dtype), [indices]);
    expectSame((x) => tf.oneHot(x, 5, 0.25, -2, "float32"), [indices]);
  });
});

describe("large arrays", () => {
  it("are moved alike on every number of threads", () => {
    const threads = addon().threadCount();
    const x = floats(300 * 500, 1);
    try {
      for (const count of [1, 2, 5]) {
        addon().setThreadCount(count);
        const out = new Float32Array(x.length);
        addon().copy(x, out, Float64Array.of(0, 0, 300, 500, 1, 500, 1, 300), 2);
        expect(out.every((value, i) => value === x[(i % 300) * 500 + Math.floor(i / 300)])).toBe(true);
      }
    } finally {
      addon().setThreadCount(threads);
    }
  });
});

describe("wrong calls", () => {
  it("throw and touch nothing", () => {
    const [x, out] = [new Float32Array(12), new Float32Array(12)];
    const plan = (...numbers: number[]) => Float64Array.from(numbers);
    const wrong = [
      () => addon().copy(x, out, plan(0, 0, 13, 1, 1), 1),
      () => addon().copy(x, out, plan(1, 0, 12, 1, 1), 1),
      () => addon().copy(x, out, plan(0, -1, 12, 1, 1), 1),
      () => addon().copy(x, out, plan(0, 0, 12, -1, 1), 1),
      () => addon().copy(x, out, plan(0, 0, 2, 1, 1), 2),
      () => addon().copy(x, out, plan(0, 0, 2, 1.5, 1), 1),
      () => addon().copy(x, out, plan(0, 0, 2, NaN, 1), 1),
      () => addon().copy(x, out, plan(0, 0, -2, 1, 1), 1),
      () => addon().copy(x, out, plan(0, 0, 2 ** 40, 2 ** 40, 0), 1),
      () => addon().copy(x, out, plan(0, 0, 2 ** 30, 0, 0, 2 ** 30, 0, 0), 2),
      () => addon().copy(x, out, plan(0, 0), 9),
      () => addon().copy(x, x, plan(0, 0, 1, 1, 1), 1),
      () => addon().copy(x, new Uint8Array(12), plan(0, 0, 1, 1, 1), 1),
      () => addon().copy(x, out, new Float32Array(5) as never, 1),
    ];
    for (const call of wrong) expect(call).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
    expect(out.every((value) => value === 0)).toBe(true);
  });
});
