import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { numbers } from "../../test/plain-product.ts";
import { getPrecision, NativeError, setPrecision } from "../index.ts";
import { addon } from "../addon.ts";

/** The same on the CPU backend and on the native one. */
async function expectSame(compute: () => tf.Tensor[], tolerance = 1e-5): Promise<void> {
  const results = [];
  for (const name of ["cpu", "native"]) {
    await tf.setBackend(name);
    const before = tf.memory().numTensors;
    results.push(
      tf.tidy(() =>
        compute().map((tensor) => ({ shape: tensor.shape, dtype: tensor.dtype, values: tensor.dataSync() })),
      ),
    );
    expect(tf.memory().numTensors).toBe(before);
  }
  const [cpu, native] = results;
  native!.forEach(({ shape, dtype, values }, i) => {
    expect(shape).toEqual(cpu![i]!.shape);
    expect(dtype).toBe(cpu![i]!.dtype);
    const wanted = cpu![i]!.values;
    const wrong = values.map((value, at) =>
      Number(Math.abs(value - wanted[at]!) > tolerance * Math.max(1, Math.abs(wanted[at]!))),
    );
    expect(Math.max(0, ...wrong)).toBe(0);
  });
}

const random = (shape: number[], seed = 1) => tf.tensor(numbers(tf.util.sizeFromShape(shape), seed), shape);

/** The last two axes exchanged. */
const turned = (x: tf.Tensor) => {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
};

beforeAll(async () => {
  await tf.setBackend("native");
  console.log(`instruction set: ${addon().instructionSet()}, threads: ${addon().threadCount()}`);
});
afterEach(() => setPrecision("f32"));

describe("matMul", () => {
  it("is that of the cpu backend for any shape, batch and transposition", async () => {
    const size = fc.integer({ min: 1, max: 20 });
    const batch = fc.constantFrom<[number[], number[]]>(
      [[], []],
      [[3], [3]],
      [
        [2, 3],
        [2, 3],
      ],
    );
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        size,
        batch,
        fc.boolean(),
        fc.boolean(),
        async (m, n, k, [aBatch, bBatch], ta, tb) => {
          await expectSame(() => {
            const a = random([...aBatch, ...(ta ? [k, m] : [m, k])]);
            const b = random([...bBatch, ...(tb ? [n, k] : [k, n])], 2);
            return [tf.matMul(a, b, ta, tb)];
          });
        },
      ),
      { numRuns: 40, seed: 3 },
    );
  });

  it("broadcasts batches as elementwise operations do", async () => {
    for (const [aBatch, bBatch] of [
      [[3], [1]],
      [[1], [3]],
      [[], [3]],
      [[3], []],
      [[2, 3], [3]],
      [
        [2, 1],
        [1, 3],
      ],
      [
        [1, 3],
        [2, 1],
      ],
    ] as const)
      for (const [ta, tb] of [
        [false, false],
        [true, true],
      ] as const) {
        await tf.setBackend("native");
        tf.tidy(() => {
          const a = random([...aBatch, ...(ta ? [5, 4] : [4, 5])]);
          const b = random([...bBatch, ...(tb ? [6, 5] : [5, 6])], 2);
          const left = tf.expandDims(ta ? turned(a) : a, -1);
          const right = tf.expandDims(tb ? turned(b) : b, -3);
          const wanted = tf.sum(tf.mul(left, right), -2);
          const got = tf.matMul(a, b, ta, tb);
          expect(got.shape).toEqual(wanted.shape);
          expect(tf.max(tf.abs(tf.sub(got, wanted))).dataSync()[0]).toBeLessThan(1e-5);
        });
      }
  });

  it("of integers is the cpu backend's", () =>
    expectSame(() => [
      tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2], "int32"), tf.tensor2d([5, 6, 7, 8], [2, 2], "int32")),
    ]));

  it("of empty tensors is empty, or zero where only the sum is empty", () =>
    expectSame(() => [tf.matMul(tf.zeros([0, 3]), tf.ones([3, 2])), tf.matMul(tf.zeros([2, 0]), tf.ones([0, 3]))]));

  it("refuses shapes that do not fit in the words of TensorFlow.js", async () => {
    await tf.setBackend("native");
    expect(() => tf.matMul(tf.ones([2, 3]), tf.ones([2, 3]))).toThrow(/inner shapes \(3\) and \(2\)/u);
  });
});

describe("fused.matMul", () => {
  it("is that of the cpu backend for every bias and activation", async () => {
    const biases = [undefined, [7], [1, 7], [5, 7], [5, 1], []];
    for (const bias of biases)
      for (const activation of [undefined, "linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu", "prelu"] as const)
        await expectSame(() => {
          const options = {
            a: random([5, 11]) as tf.Tensor2D,
            b: random([7, 11], 2) as tf.Tensor2D,
            transposeB: true,
            ...(bias && { bias: random(bias, 3) }),
            ...(activation && { activation }),
            ...(activation === "prelu" && { preluActivationWeights: random([7], 4) }),
            leakyreluAlpha: 0.3,
          };
          return [tf.fused.matMul(options)];
        });
  });

  it("of integers is the cpu backend's", () =>
    expectSame(() => {
      const a = tf.tensor2d([1, 2, 3, 4], [2, 2], "int32");
      return [tf.fused.matMul({ a, b: a, bias: tf.tensor1d([1, 2], "int32") })];
    }));
});

describe("the precision", () => {
  it("is f32 unless somebody says otherwise, and rounds operands when it is bfloat16", async () => {
    await tf.setBackend("native");
    const product = () => tf.tidy(() => tf.matMul(tf.tensor2d([1 + 2 ** -10], [1, 1]), tf.ones([1, 1])).dataSync()[0]);
    expect(getPrecision()).toBe("f32");
    expect(product()).toBe(1 + 2 ** -10);
    setPrecision("bf16-emulated");
    expect(product()).toBe(1);
  });

  it("is refused with a code where there is none such, or the processor has it not", () => {
    const code = expect.objectContaining({ code: "ERR_NATIVE_PRECISION" }) as NativeError;
    expect(() => setPrecision("f64" as never)).toThrow(code);
    if (addon().hasBf16()) setPrecision("bf16");
    else expect(() => setPrecision("bf16")).toThrow(code);
    expect(getPrecision()).toBe(addon().hasBf16() ? "bf16" : "f32");
  });
});
