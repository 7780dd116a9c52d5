import { beforeAll, describe, expect, it } from "vitest";
import { backends } from "../../test/backends.ts";
import { gradientError } from "../../test/finite-differences.ts";
import { pick, tf } from "../index.ts";

describe.each(backends)("pick on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));
  const values = [0.5, -1, 2, 3, 0.25, -0.75, 1.5, 0, -2, 4, 1, -3];

  it("takes one entry of each row", () => {
    const picked = pick(tf.tensor2d(values, [3, 4]), tf.tensor1d([2, 0, 3], "int32"));
    expect([...picked.dataSync()]).toEqual([2, 0.25, -3]);
  });

  it("has the gradient of finite differences, zero where nothing was taken", () => {
    const x = tf.tensor2d(values, [3, 4]);
    const ids = tf.tensor1d([2, 2, 1], "int32");
    expect(gradientError((y) => tf.square(pick(y, ids)), x)).toBeLessThan(1e-3);
    const gradient = tf.grad((y) => tf.sum(pick(y, ids)))(x);
    expect([...gradient.dataSync()]).toEqual([0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
  });

  it("accepts ids of any number type, made inside the function that is differentiated", () => {
    const x = tf.tensor2d(values, [3, 4]);
    const gradient = tf.grad((y) => tf.sum(pick(y, tf.add(tf.tensor1d([1, 2, 0]), 1))))(x);
    expect([...gradient.dataSync()]).toEqual([0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0]);
  });

  it("takes the one entry of a vocabulary of one", () => {
    const [x, ids] = [tf.tensor2d([3, -2], [2, 1]), tf.zeros([2], "int32")];
    expect([...pick(x, ids).dataSync()]).toEqual([3, -2]);
    expect(gradientError((y) => tf.square(pick(y, ids)), x)).toBeLessThan(1e-3);
  });
});
