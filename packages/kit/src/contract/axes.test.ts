import { describe, expect, it } from "vitest";
import { expectShape, tf, TokenwiseError } from "../index.ts";

describe("expectShape", () => {
  it("returns the tensor itself", () => {
    const tensor = tf.zeros([2, 3]);
    expect(expectShape(tensor, [2, 3], "a scorer")).toBe(tensor);
    const scalar = tf.scalar(1);
    expect(expectShape(scalar, [], "a sum")).toBe(scalar);
  });

  it.each([[[3, 2]], [[6]], [[2, 3, 1]], [[2, 1]], [[]]])(
    "refuses %j where [2, 3] is expected: nothing is broadcast",
    (shape) => {
      expect(() => expectShape(tf.zeros(shape), [2, 3], 'scorer "mine": score')).toThrow(
        `scorer "mine": score has shape [${shape.join(", ")}], expected [2, 3]`,
      );
    },
  );

  it("has the code TW_E_SHAPE", () => {
    try {
      expectShape(tf.zeros([1]), [2], "x");
      expect.unreachable();
    } catch (error) {
      expect(TokenwiseError.is(error) && error.code).toBe("TW_E_SHAPE");
    }
  });
});
