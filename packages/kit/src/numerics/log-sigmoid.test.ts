import { beforeAll, describe, expect, it } from "vitest";
import { backends } from "../../test/backends.ts";
import { gradientError } from "../../test/finite-differences.ts";
import { logSigmoid, tf } from "../index.ts";

describe.each(backends)("logSigmoid on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it("is −log(1 + exp(−x))", () => {
    const points = [-5, -1, 0, 0.5, 3];
    const values = logSigmoid(tf.tensor1d(points)).dataSync();
    points.forEach((x, index) => expect(values[index]).toBeCloseTo(-Math.log1p(Math.exp(-x)), 5));
  });

  it("and its gradient are finite and right at ±10000", () => {
    const x = tf.tensor1d([-1e4, 1e4]);
    const [low, high] = logSigmoid(x).dataSync();
    expect(low).toBe(-1e4);
    expect(high).toBeCloseTo(0, 12);
    const gradient = tf
      .grad((y) => tf.sum(logSigmoid(y)))(x)
      .dataSync();
    expect(gradient[0]).toBeCloseTo(1, 6);
    expect(gradient[1]).toBeCloseTo(0, 6);
  });

  it("has the gradient of finite differences", () => {
    expect(gradientError(logSigmoid, tf.tensor1d([-4, -0.3, 0, 0.7, 5]))).toBeLessThan(1e-3);
  });
});
