import { beforeAll, describe, expect, it } from "vitest";
import { backends } from "../../test/backends.ts";
import { differentiate, stopGradient, tf } from "../index.ts";

describe.each(backends)("differentiate on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it("gives the value, gradients, and nothing for what it does not depend on", () => {
    const [x, other] = [tf.scalar(3), tf.scalar(1)];
    const { value, grads } = differentiate(() => tf.square(x), [x, other]);
    expect([value.dataSync()[0], grads[0]?.dataSync()[0], grads[1]?.dataSync()[0]]).toEqual([9, 6, undefined]);
  });

  it("names an operation that has no gradient, and the way out", () => {
    const x = tf.scalar(3);
    const message = expect.stringContaining('"Equal"') as string;
    expect(() => differentiate(() => tf.divNoNan(1, tf.square(x)), [x])).toThrow(
      expect.objectContaining({ code: "TW_E_NO_GRADIENT", message }) as Error,
    );
    const constant = (): tf.Scalar => tf.mul(x, tf.divNoNan(1, stopGradient(tf.square(x))));
    expect(differentiate(constant, [x]).grads[0]?.dataSync()[0]).toBeCloseTo(1 / 9, 6);
  });

  it.each(["forward", "backward"])("leaves no tensor and no tape where the %s pass throws", (pass) => {
    const x = tf.scalar(3);
    const fails = tf.customGrad((y) => ({
      value: tf.mul(y as tf.Tensor, 2),
      gradFunc: () => {
        throw new Error("backward");
      },
    }));
    const f = (): tf.Scalar => {
      const y = tf.exp(tf.square(x));
      if (pass === "forward") throw new Error("forward");
      return fails(y) as tf.Scalar;
    };
    const before = tf.memory().numTensors;
    expect(() => differentiate(f, [x])).toThrow(pass);
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.engine().state.gradientDepth).toBe(0);
  });
});
