import { beforeAll, describe, expect, it } from "vitest";
import { backends } from "../../test/backends.ts";
import { noGrad, stopGradient, tf } from "../index.ts";

describe.each(backends)("the tape on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));
  const slope = (f: (x: tf.Tensor) => tf.Tensor, at: number) => tf.grad(f)(tf.scalar(at)).dataSync()[0];

  it("does not see what noGrad computes: x · [x²] has the slope x²", () => {
    expect(
      slope(
        (x) =>
          tf.mul(
            x,
            noGrad(() => tf.square(x)),
          ),
        3,
      ),
    ).toBe(9);
    expect(slope((x) => tf.mul(x, tf.square(x)), 3)).toBe(27);
  });

  it("takes a stopped value as a constant, equal to the value", () => {
    expect(slope((x) => tf.mul(x, stopGradient(x)), 5)).toBe(5);
    expect(stopGradient(tf.scalar(5)).dataSync()[0]).toBe(5);
  });

  it("records again after noGrad, and after an error inside it", () => {
    const recovering = (x: tf.Tensor): tf.Tensor => {
      expect(() =>
        noGrad(() => {
          throw new Error("inside");
        }),
      ).toThrow("inside");
      return tf.square(x);
    };
    expect(slope(recovering, 4)).toBe(8);
  });

  it("lets noGrad nest", () => {
    expect(
      slope(
        (x) =>
          tf.mul(
            x,
            noGrad(() => tf.add(stopGradient(x), x)),
          ),
        2,
      ),
    ).toBe(4);
  });

  it("is off outside of a gradient, where noGrad changes nothing", () => {
    expect(noGrad(() => tf.square(tf.scalar(3)).dataSync()[0])).toBe(9);
    expect(tf.engine().state.gradientDepth).toBe(0);
  });
});
