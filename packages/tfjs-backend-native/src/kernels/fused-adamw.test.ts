import fc from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { expectClose, haveSameBits, run, tidied, valuesOf, wave, withThreads } from "../../test/support/fused.ts";
import "../index.ts";

const settings = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, scale: 0.5, steps: 3 };

interface Parameter {
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
  readonly learningRate: number;
  readonly weightDecay: number;
}

const parameter = (count: number, seed: number): Parameter => ({
  values: wave(count, seed),
  gradient: wave(count, seed + 1),
  mean: wave(count, seed + 2),
  square: wave(count, seed + 3).map((x) => x * x),
  learningRate: 0.01 * (seed + 1),
  weightDecay: 0.1 * seed,
});

/** [parameter, mean, square] after the step. */
function oracle({ values, gradient, mean, square, learningRate, weightDecay }: Parameter): Float64Array[] {
  const { beta1, beta2, epsilon, scale, steps } = settings;
  const m = Float64Array.from(mean, (x, i) => beta1 * x + (1 - beta1) * scale * gradient[i]!);
  const v = Float64Array.from(square, (x, i) => beta2 * x + (1 - beta2) * (scale * gradient[i]!) ** 2);
  const next = Float64Array.from(values, (x, i) => {
    const change = m[i]! / (1 - beta1 ** steps) / (Math.sqrt(v[i]! / (1 - beta2 ** steps)) + epsilon);
    return x - learningRate * (weightDecay * x + change);
  });
  return [next, m, v];
}

const attributes = (parameters: readonly Parameter[]) => ({
  ...settings,
  learningRates: parameters.map(({ learningRate }) => learningRate),
  weightDecays: parameters.map(({ weightDecay }) => weightDecay),
});

/** Copies: a step may be in place. */
const tensorsOf = (parameters: readonly Parameter[]) =>
  Object.fromEntries(
    parameters.flatMap(({ values, gradient, mean, square }, i) =>
      Object.entries({ parameter: values, gradient, mean, square }).map(([name, numbers]) => [
        `${name}${i}`,
        tf.tensor1d(numbers.slice()),
      ]),
    ),
  );

const step = (parameters: readonly Parameter[]) =>
  tidied(() => valuesOf("FusedAdamW", tensorsOf(parameters), attributes(parameters)));

const check = (parameters: readonly Parameter[]) => {
  const expected = parameters.flatMap(oracle);
  step(parameters).forEach((values, i) => expectClose(values, expected[i]!, 2e-6));
};

describe("FusedAdamW", () => {
  beforeAll(() => tf.setBackend("native"));

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 65])("follows the formula for %i numbers", (count) => {
    check([parameter(count, 0), parameter(count + 1, 1)]);
  });

  it("follows the formula for random sizes, none and nothing among them", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 6 }), (sizes) => check(sizes.map(parameter))),
      { numRuns: 40 },
    );
  });

  it("infinite and missing gradients spoil their own parameters alone", () => {
    const spoilt = parameter(20, 1);
    spoilt.gradient.set([Infinity, -Infinity, NaN], 4);
    const [values] = step([spoilt]) as [Float32Array];
    expect(Array.from(values, (value) => Number.isNaN(value))).toEqual(Array.from(values, (_, i) => i >= 4 && i < 7));
  });

  it("gives the same bits again and for any number of threads, whatever else is updated with it", () => {
    const parameters = [70_001, 0, 3, 100_003].map(parameter);
    const results = withThreads([2, 2, 1, 3], () => step(parameters));
    for (const result of results.slice(1)) expect(haveSameBits(result, results[0]!)).toBe(true);
    expect(haveSameBits(step(parameters.slice(3)), results[0]!.slice(9))).toBe(true);
  });

  it("leaves what others hold as it was", () => {
    tidied(() => {
      const [given] = [parameter(50_000, 1)];
      // Twice: the second step's inputs are the first's outputs, memory of the backend.
      const [first] = run("FusedAdamW", tensorsOf([given]), attributes([given])) as [tf.Tensor];
      const [shared, held] = [tf.clone(first), first.dataSync<"float32">()];
      const before = held.slice();
      run("FusedAdamW", { ...tensorsOf([given]), parameter0: first }, attributes([given]));
      expect(haveSameBits([held, shared.dataSync<"float32">()], [before, before])).toBe(true);
    });
  });

  it("works in place where nobody else has the numbers", () => {
    tidied(() => {
      const given = parameter(50_000, 1);
      const tensors = tensorsOf([given]);
      const outputs = run("FusedAdamW", tensors, attributes([given]));
      expect(outputs.map(({ dataId }) => dataId)).toEqual(
        ["parameter0", "mean0", "square0"].map((name) => tensors[name]!.dataId),
      );
      tf.dispose(tensors);
      const [parameter0, mean0, square0] = outputs as [tf.Tensor, tf.Tensor, tf.Tensor];
      const gradient0 = tf.tensor1d(given.gradient);
      const again = run("FusedAdamW", { parameter0, gradient0, mean0, square0 }, attributes([given]));
      again.forEach((output, i) => {
        expect(output).not.toBe(outputs[i]);
        expect(output.dataId).toBe(outputs[i]!.dataId);
      });
    });
  });

  it("refuses gradients of another size", () => {
    const wrong = { ...parameter(5, 1), gradient: wave(4) };
    expect(() => step([wrong])).toThrow(expect.objectContaining({ code: "ERR_NATIVE_ARGUMENT" }));
  });
});

describe("FusedGlobalNorm", () => {
  beforeAll(() => tf.setBackend("native"));

  const norm = (tensors: readonly Float32Array[]) =>
    tidied(
      () =>
        valuesOf(
          "FusedGlobalNorm",
          Object.fromEntries(tensors.map((values, i) => [`tensor${i}`, tf.tensor1d(values)])),
        )[0]!,
    );

  const exact = (tensors: readonly Float32Array[]) =>
    Math.sqrt(tensors.reduce((sum, values) => values.reduce((part, x) => part + x * x, sum), 0));

  it("is the root of the sum of all squares, to the last bit of a float32", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(70), { maxLength: 5 }), (sizes) => {
        const tensors = sizes.map(wave);
        expectClose(norm(tensors), [exact(tensors)], 6e-8);
      }),
      { numRuns: 40 },
    );
  });

  it("counts every one of many small numbers, and overflows only where the norm itself does", () => {
    expectClose(norm([new Float32Array(3_000_000).fill(1e-3)]), [Math.fround(1e-3) * Math.sqrt(3e6)], 1e-7);
    expect(norm([Float32Array.of(3e30, 4e30)])[0]! / 5e30).toBeCloseTo(1, 6);
    expect(norm([Float32Array.of(Infinity, 1)])[0]).toBe(Infinity);
    expect(norm([Float32Array.of(NaN, 1)])[0]).toBeNaN();
  });

  it("gives the same bits for any number of threads", () => {
    const tensors = [300_001, 7, 65_536].map(wave);
    const [first, ...others] = withThreads([2, 1, 3], () => norm(tensors));
    for (const other of others) expect(haveSameBits([other], [first!])).toBe(true);
  });
});
