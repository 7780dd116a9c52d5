import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { exactReduction, type ExactRow } from "../../test/exact-vocabulary.ts";
import { addon } from "../addon.ts";
import "../index.ts";
import type { FusedReduction } from "./fused-vocabulary.ts";

beforeAll(async () => {
  tf.env().set("IS_TEST", true);
  await tf.setBackend("native");
  console.log(`instruction set: ${addon().instructionSet()}, threads: ${addon().threadCount()}`);
});

const everything: readonly FusedReduction[] = [
  { form: "log-prob", of: 0 },
  { form: "log-prob", of: 1 },
  { form: "entropy", of: 0 },
  { form: "log-sum-squares", of: 0 },
  { form: "divergence", of: 0, against: 1 },
  { form: "divergence", of: 1, against: 0 },
  { form: "divergence", of: 0, against: 0 },
  { form: "tilted-log-prob", of: 0, against: 1, tilt: 0.3 },
  { form: "tilted-log-prob", of: 1, against: 0, tilt: -0.7 },
  { form: "divergence", of: 1, against: 2 },
];

interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly logits: readonly Float32Array[];
  readonly ids: Int32Array;
}

const wave = (length: number, scale: number, salt: number) =>
  Float32Array.from({ length }, (_, i) => scale * Math.sin(1.7 * i + 0.31 * (i % 977) ** 2 + salt));

function caseOf(rows: number, columns: number, scale = 4): Case {
  return {
    rows,
    columns,
    logits: [0, 0.4, 0.9].map((salt) => wave(rows * columns, scale, salt)),
    ids: Int32Array.from({ length: rows }, (_, r) => (r * 7919 + columns - 1) % columns),
  };
}

/** Values [k,n] and, for each model, the gradient [n,V] of Σ dy·values. */
function run({ rows, columns, logits, ids }: Case, reductions: readonly FusedReduction[], slopes: Float32Array) {
  const before = tf.memory().numTensors;
  const result = tf.tidy(() => {
    const inputs = Object.fromEntries(logits.map((values, m) => [`logits${m}`, tf.tensor2d(values, [rows, columns])]));
    const chunk = { ...inputs, ids: tf.tensor1d(ids) };
    const models = logits.length;
    const run = (name: string, tensors: object, attributes: object) =>
      tf.engine().runKernel<tf.Tensor[]>(name, tensors as tf.NamedTensorMap, attributes as tf.NamedAttrMap);
    const [values, statistics] = run("FusedVocabulary", chunk, { models, reductions }) as [tf.Tensor, tf.Tensor];
    const dy = tf.tensor2d(slopes, [reductions.length, rows]);
    const gradients = logits.map((_, trained) => {
      const [gradient] = run(
        "FusedVocabularyGrad",
        { ...chunk, dy, extra0: statistics },
        { models, reductions, trained },
      );
      return gradient!.dataSync<"float32">().slice();
    });
    logits.forEach((given, m) => expect(inputs[`logits${m}`]!.dataSync()).toEqual(given));
    return { values: values.dataSync<"float32">().slice(), gradients } as never;
  }) as { values: Float32Array; gradients: Float32Array[] };
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

const isClose = (got: number, exact: number, tolerance: number): boolean =>
  Object.is(got, exact) || Math.abs(got - exact) <= tolerance;

function expectExact(given: Case, reductions: readonly FusedReduction[] = everything, tolerance = 4e-6): void {
  const { rows, columns } = given;
  const slopes = Float32Array.from({ length: reductions.length * rows }, (_, i) => Math.cos(1.3 * i));
  const { values, gradients } = run(given, reductions, slopes);
  for (let r = 0; r < rows; r++) {
    const row: ExactRow = {
      logits: given.logits.map((numbers) => Float64Array.from(numbers.subarray(r * columns, (r + 1) * columns))),
      id: given.ids[r]!,
    };
    const sums = given.logits.map(() => new Float64Array(columns));
    let steepest = 1;
    reductions.forEach((reduction, k) => {
      const exact = exactReduction(row, reduction);
      const got = values[k * rows + r]!;
      const what = `${JSON.stringify(reduction)} of row ${r}: ${got} instead of ${exact.value}`;
      expect(isClose(got, exact.value, tolerance * Math.max(1, Math.abs(exact.value))), what).toBe(true);
      const slope = slopes[k * rows + r]!;
      steepest = Math.max(steepest, Math.abs(slope * exact.value));
      sums.forEach((sum, m) => exact.gradients[m]!.forEach((x, v) => (sum[v]! += slope * x)));
    });
    sums.forEach((sum, m) => {
      const got = gradients[m]!.subarray(r * columns, (r + 1) * columns);
      const wrong = sum.findIndex((x, v) => !isClose(got[v]!, x, tolerance * steepest));
      expect(wrong, `by model ${m}, row ${r}, element ${wrong}: ${got[wrong]} instead of ${sum[wrong]}`).toBe(-1);
    });
  }
}

describe("reductions over the vocabulary", () => {
  it("are those of double precision for vocabularies of any size, and so are their gradients", () => {
    for (const columns of [1, 2, 3, 15, 16, 17, 63, 65, 1023, 1024, 1025, 2049]) expectExact(caseOf(3, columns));
  });

  it("are those of double precision over 50,000 tokens", () => {
    expectExact(caseOf(2, 50_000));
  });

  it("are those of double precision for random shapes, scales and choices of reductions", () => {
    const anything = fc.record({
      rows: fc.integer({ min: 1, max: 5 }),
      columns: fc.integer({ min: 1, max: 2500 }),
      scale: fc.constantFrom(0, 0.01, 1, 10),
      reductions: fc.shuffledSubarray([...everything], { minLength: 1 }),
    });
    fc.assert(
      fc.property(anything, ({ rows, columns, scale, reductions }) => {
        expectExact(caseOf(rows, columns, scale), reductions);
      }),
      { numRuns: 40 },
    );
  });

  it("hold for extreme logits, the largest of them anywhere", () => {
    expectExact(caseOf(3, 1500, 1e4));
    for (const at of [0, 1400, 2999]) {
      const given = caseOf(1, 3000);
      given.logits[0]![at] = 1e4;
      given.logits[1]![2999 - at] = -1e4;
      expectExact(given);
    }
  });

  it("of equal logits are a divergence of 0, and tilting changes nothing", () => {
    const given = caseOf(2, 1100);
    const equal = { ...given, logits: given.logits.map(() => given.logits[0]!) };
    expectExact(equal);
    const { values } = run(equal, everything, new Float32Array(2 * everything.length));
    expect([...values.subarray(8, 14)].every((value) => Math.abs(value) < 1e-12)).toBe(true);
    expect([...values.subarray(14, 18)].map((value, i) => Math.abs(value - values[i % 2]!) < 1e-6)).toEqual(Array(4).fill(true)); // prettier-ignore
  });

  it("give tokens that both models exclude no part, and a divergence from a model that excludes one is infinite", () => {
    const given = caseOf(1, 3000);
    for (const logits of given.logits) logits.fill(-Infinity, 0, 1500);
    expectExact(given);
    given.logits[1]!.fill(-Infinity, 1500, 1501);
    const { values } = run(given, everything, new Float32Array(everything.length));
    expect(values[4]).toBe(Infinity);
    expect(values[5]).toBeGreaterThan(0);
    expect(values[5]).toBeLessThan(Infinity);
  });

  it("of a row with NaN are NaN, and of no other row", () => {
    const given = caseOf(2, 1100);
    given.logits[0]![700] = NaN;
    const { values } = run(given, everything, new Float32Array(2 * everything.length));
    const isNaNAt = (k: number) => [Number.isNaN(values[2 * k]), Number.isNaN(values[2 * k + 1])];
    for (const [k, { of, against }] of everything.entries())
      expect(isNaNAt(k)).toEqual([of === 0 || against === 0, false]);
  });

  it("have a gradient of exactly 0 where every slope is", () => {
    const { gradients } = run(caseOf(2, 40), everything, new Float32Array(2 * everything.length));
    expect(gradients.every((gradient) => gradient.every((x) => x === 0))).toBe(true);
  });

  it("are the same bits on any number of threads", () => {
    const threads = addon().threadCount();
    const slopes = new Float32Array(5 * everything.length).fill(0.5);
    const results = [1, 2, 3].map((count) => {
      addon().setThreadCount(count);
      return run(caseOf(5, 30_000), everything, slopes);
    });
    addon().setThreadCount(threads);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});

describe("memory", () => {
  const kernel = (name: string, inputs: object, attributes: object = {}) =>
    tf.engine().runKernel<tf.Tensor[]>(name, inputs as tf.NamedTensorMap, attributes as tf.NamedAttrMap);
  const dataIds = (...tensors: readonly tf.Tensor[]) => tensors.map(({ dataId }) => dataId);

  it("of logits becomes that of their gradient where nobody else holds them", () => {
    tf.tidy(() => {
      const own = kernel("FusedLogSoftmax", { x: tf.ones([2, 3]) }) as [tf.Tensor, tf.Tensor];
      const inputs = { ids: tf.tensor1d([0, 1], "int32"), logits0: own[0] };
      const attributes = { models: 1, reductions: [everything[0]], trained: 0 };
      const extra0 = kernel("FusedVocabulary", inputs, attributes)[1]!;
      const differentiated = () =>
        kernel("FusedVocabularyGrad", { ...inputs, dy: tf.ones([1, 2]), extra0 }, attributes)[0]!;
      const apart = differentiated();
      expect(apart.dataId).not.toBe(own[0].dataId);
      own[1].dispose();
      const inPlace = differentiated();
      expect(dataIds(inPlace)).toEqual(dataIds(own[0]));
      expect([...inPlace.dataSync()]).toEqual([...apart.dataSync()]);
    });
  });

  it("of a sum is added to in place where nobody else holds it", () => {
    tf.tidy(() => {
      const [a, b] = [tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), tf.tensor2d([1, -1, 2, 0.5], [2, 2])];
      const given = tf.ones([3, 2]);
      const [once] = kernel("FusedAddProduct", { sum: given, a, b }) as [tf.Tensor];
      expect([...once.dataSync()]).toEqual([10, 2, 13, 1.5, 16, 1]);
      expect([...given.dataSync()]).toEqual([1, 1, 1, 1, 1, 1]);
      const [twice] = kernel("FusedAddProduct", { sum: once.clone(), a, b }) as [tf.Tensor];
      expect([...twice.dataSync()]).toEqual([19, 3, 25, 2, 31, 1]);
      expect([...once.dataSync()]).toEqual([10, 2, 13, 1.5, 16, 1]);
    });
  });
});

it("wrong arguments are refused with a code", () => {
  const floats = (length: number) => new Float32Array(length);
  const [ids, list, tilts] = [Int32Array.of(0, 2), Int32Array.of(0, 0, 0), floats(1)];
  const reduce = (...changed: readonly [index: number, value: unknown][]) => {
    const given: unknown[] = [2, 3, ids, list, tilts, floats(2), floats(8), floats(6)];
    for (const [index, value] of changed) given[index] = value;
    return () => {
      (addon().reduceVocabulary as (...given: unknown[]) => void)(...given);
    };
  };
  const shared = floats(16);
  const differentiate = (...changed: readonly [index: number, value: unknown][]) => {
    const given: unknown[] = [2, 3, ids, list, tilts, 0, floats(2), floats(8), floats(6), floats(6)];
    for (const [index, value] of changed) given[index] = value;
    return () => {
      (addon().differentiateVocabulary as (...given: unknown[]) => void)(...given);
    };
  };
  expect(reduce()).not.toThrow();
  expect(differentiate()).not.toThrow();
  expect(differentiate([8, shared], [9, shared])).not.toThrow();
  const wrong = [
    reduce([0, -1]),
    reduce([0, 3]),
    reduce([1, 0]),
    reduce([1, 2 ** 40]),
    reduce([2, Int32Array.of(0, 3)]),
    reduce([2, Int32Array.of(0, -1)]),
    reduce([2, Int32Array.of(0)]),
    reduce([3, Int32Array.of(0, 0)]),
    reduce([3, Int32Array.of(5, 0, 0)]),
    reduce([3, Int32Array.of(-1, 0, 0)]),
    reduce([3, Int32Array.of(0, 1, 0)]),
    reduce([3, Int32Array.of(0, 0, -1)]),
    reduce([3, new Int32Array(99)], [4, floats(33)], [5, floats(66)], [6, floats(136)]),
    reduce([4, floats(0)]),
    reduce([4, Float32Array.of(NaN)]),
    reduce([5, floats(1)]),
    reduce([6, floats(7)]),
    reduce([7, floats(5)]),
    reduce([7, new Float64Array(6)]),
    reduce([5, shared], [6, shared.subarray(1)]),
    reduce([5, shared], [7, shared]),
    () => (addon().reduceVocabulary as (...given: unknown[]) => void)(2, 3, ids, list, tilts, floats(2), floats(8)),
    () =>
      addon().reduceVocabulary(
        2,
        3,
        ids,
        list,
        tilts,
        floats(2),
        floats(80),
        ...Array<Float32Array>(9).fill(floats(6)),
      ),
    differentiate([5, 1]),
    differentiate([5, -1]),
    differentiate([6, floats(1)]),
    differentiate([7, floats(7)]),
    differentiate([8, floats(5)]),
    differentiate([8, shared], [9, shared.subarray(1)]),
    differentiate([8, shared], [7, shared]),
    differentiate([8, shared], [6, shared]),
  ];
  for (const call of wrong) expect(call).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
});
