import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { numbers } from "../../test/plain-product.ts";
import "../index.ts";

const random = (shape: number[], seed: number) => tf.tensor(numbers(tf.util.sizeFromShape(shape), seed), shape);
const run = (name: string, inputs: tf.NamedTensorMap) => tf.engine().runKernel<tf.Tensor[]>(name, inputs, {});
const difference = (x: tf.Tensor, y: tf.Tensor): number => {
  expect(x.shape).toEqual(y.shape);
  return x.size === 0 ? 0 : tf.max(tf.abs(tf.sub(x, y))).dataSync()[0]!;
};

beforeAll(() => tf.setBackend("native"));

describe("FusedLinear", () => {
  it("is x·weightᵀ + bias + residual, and its gradients those of the composite", () => {
    const size = fc.integer({ min: 1, max: 40 });
    const rows = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(rows, size, size, fc.boolean(), fc.boolean(), (N, length, out, withBias, withResidual) => {
        tf.tidy(() => {
          const [x, weight] = [random([N, length], 1), random([out, length], 2)];
          const bias = withBias ? { bias: random([out], 3) } : {};
          const residual = withResidual ? { residual: random([N, out], 4) } : {};
          const [y] = run("FusedLinear", { x, weight, ...bias, ...residual });
          const added = [...Object.values(bias), ...Object.values(residual)];
          const composite = added.reduce((sum, term) => tf.add(sum, term), tf.matMul(x, weight, false, true));
          expect(difference(y!, composite)).toBeLessThan(1e-5);

          const dy = random([N, out], 5);
          const gradients = run("FusedLinearGrad", { dy, x, weight, ...bias });
          const wanted = [tf.matMul(dy, weight), tf.matMul(dy, x, true), ...(withBias ? [tf.sum(dy, 0)] : [])];
          expect(gradients.length).toBe(wanted.length);
          gradients.forEach((gradient, i) => expect(difference(gradient, wanted[i]!)).toBeLessThan(2e-5));
        });
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});
