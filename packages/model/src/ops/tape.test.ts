import { tf } from "@tokenwise/kit";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../backend.ts";
import { differentiable, shared } from "./tape.ts";

beforeAll(() => useBackend("cpu"));

/** Twice x, telling how many tensors there are when its gradient is computed. */
const doubled = (x: tf.Tensor, tell: (tensors: number) => void): tf.Tensor =>
  differentiable(
    [x],
    () => ({ value: tf.mul(x, 2), keep: [x] }),
    (dy) => {
      tell(tf.memory().numTensors);
      return [tf.mul(dy, 2)];
    },
  );

describe("the backward pass of own operations", () => {
  it("frees what it has used as it goes: every operation finds fewer tensors than the one before", () => {
    const tensors: number[] = [];
    const x = tf.tensor1d([1, 2]);
    const before = tf.memory().numTensors;
    const chain = (input: tf.Tensor): tf.Tensor => {
      let y = input;
      for (let i = 0; i < 6; i++) y = tf.tidy(() => doubled(y, (count) => tensors.push(count)));
      return y;
    };
    const gradient = tf.grad(chain)(x);
    expect([...gradient.dataSync()]).toEqual([64, 64]);
    for (const [i, count] of tensors.slice(2).entries()) expect(count).toBeLessThan(tensors[i + 1]!);
    gradient.dispose();
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });

  it("leaves a gradient alone that the caller gave", () => {
    const [x, dy] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
    const gradient = tf.grad((input) => doubled(input, () => undefined))(x, dy);
    expect([...dy.dataSync(), ...gradient.dataSync()]).toEqual([3, 4, 6, 8]);
    tf.dispose([x, dy, gradient]);
  });

  it("adds up gradients of a tensor that several operations read", () => {
    const x = tf.tensor1d([1, 2]);
    const sum = (input: tf.Tensor): tf.Tensor =>
      differentiable(
        [doubled(input, () => undefined), doubled(input, () => undefined)],
        () => ({ value: tf.mul(input, 4), keep: [] }),
        (dy) => [shared(dy), shared(dy)],
      );
    const gradient = tf.grad(sum)(x);
    expect([...gradient.dataSync()]).toEqual([4, 4]);
    tf.dispose([x, gradient]);
  });
});
