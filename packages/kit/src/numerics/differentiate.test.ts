import { beforeAll, describe, expect, it } from "vitest";
import { backends } from "../../test/backends.ts";
import { differentiate, tf } from "../index.ts";

describe.each(backends)("differentiate on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it("gives the value, gradients, and nothing for what it does not depend on", () => {
    const [x, other] = [tf.scalar(3), tf.scalar(1)];
    const { value, grads } = differentiate(() => tf.square(x), [x, other]);
    expect([value.dataSync()[0], grads[0]?.dataSync()[0], grads[1]?.dataSync()[0]]).toEqual([9, 6, undefined]);
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
