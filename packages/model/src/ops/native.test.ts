import { tf } from "@tokenwise/kit";
import { describe, expect, inject, it } from "vitest";
import { wave } from "../../test/support/finite-differences.ts";
import { onBackend } from "../../test/support/on-backend.ts";
import { useBackend } from "../backend.ts";
import { embedding } from "./embedding.ts";
import { isFused } from "./fused.ts";
import { rmsNorm } from "./rms-norm.ts";
import { rope, ropeTables } from "./rope.ts";
import { swiGlu } from "./swi-glu.ts";

interface Case {
  readonly name: string;
  readonly kernel: string;
  readonly inputs: readonly number[][];
  readonly compute: (...inputs: tf.Tensor[]) => tf.Tensor;
}

const ids = [4, 0, 4, 4, 1];

const cases: readonly Case[] = [1, 2, 7, 16, 37, 576].flatMap((width) => [
  {
    name: `rmsNorm of ${width}`,
    kernel: "FusedRMSNorm",
    inputs: [[5, width], [width]],
    compute: (x, weight) => rmsNorm(x as tf.Tensor2D, weight, 1e-5),
  },
  {
    name: `rope of heads of ${2 * width}`,
    kernel: "FusedRoPE",
    inputs: [[5, 6 * width]],
    compute: (x) => rope(x as tf.Tensor2D, ropeTables(Int32Array.from(ids), { theta: 1e4, headDim: 2 * width })),
  },
  {
    name: `swiGlu of ${width}`,
    kernel: "FusedSwiGLU",
    inputs: [
      [5, width],
      [5, width],
    ],
    compute: (gate, up) => swiGlu(gate as tf.Tensor2D, up as tf.Tensor2D),
  },
  {
    name: `embedding of ${width}`,
    kernel: "FusedEmbedding",
    inputs: [[6, width]],
    compute: (weight) => embedding(weight, tf.tensor1d(ids, "int32")),
  },
]);

/** The value and the gradients by all inputs, on the current backend. */
function run({ inputs, compute }: Case): readonly Float32Array[] {
  const numbers: Float32Array[] = [];
  tf.tidy(() => {
    const tensors = inputs.map((shape, seed) => wave(shape, seed));
    const slope = wave(compute(...tensors).shape, 7);
    const { value, grads } = tf.valueAndGrads((...given: tf.Tensor[]) => tf.sum(tf.mul(compute(...given), slope)))(
      tensors,
    );
    numbers.push(...[compute(...tensors), value, ...grads].map((tensor) => tensor.dataSync<"float32">().slice()));
  });
  return numbers;
}

describe.runIf(inject("backends").includes("native"))("on native", () => {
  onBackend("native");

  it.each(cases)("$name and its gradients are those of the composite", async (example) => {
    expect(isFused(example.kernel)).toBe(true);
    const actual = run(example);
    await useBackend("cpu");
    expect(isFused(example.kernel)).toBe(false);
    const expected = run(example);
    await useBackend("native");
    actual.forEach((numbers, i) => {
      // Gradients of rows of one number are 0, and what rounding leaves of them.
      const scale = Math.max(1, ...expected[i]!.map(Math.abs));
      const farthest = Math.max(...numbers.map((x, j) => Math.abs(x - expected[i]![j]!)));
      expect(farthest / scale).toBeLessThan(3e-6);
    });
  });
});
